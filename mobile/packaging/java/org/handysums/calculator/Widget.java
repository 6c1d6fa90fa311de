package org.handysums.calculator;

import android.appwidget.AppWidgetManager;
import android.appwidget.AppWidgetProvider;
import android.content.Context;
import android.widget.RemoteViews;

/** One key on the home screen; a tap on it is handed to the guard. */
public class Widget extends AppWidgetProvider {
    @Override
    public void onUpdate(Context context, AppWidgetManager manager, int[] ids) {
        RemoteViews key = new RemoteViews(context.getPackageName(), R.layout.key);
        key.setOnClickPendingIntent(R.id.key, Signals.tap(context, "widget"));
        manager.updateAppWidget(ids, key);
    }
}
