package org.handysums.calculator;

import android.content.Intent;
import android.os.Build;
import android.os.Bundle;
import android.view.View;
import android.view.WindowInsets;
import android.view.WindowManager;
import org.kivy.android.PythonActivity;

/** The window: never in a screenshot or among recent apps, and clear of the system's bars. */
public class Front extends PythonActivity {
    private static String link = "";

    /** What a pairing code said that another program opened us with; once. */
    public static synchronized String takenLink() {
        String taken = link;
        link = "";
        return taken;
    }

    @Override
    protected void onCreate(Bundle state) {
        getWindow().addFlags(WindowManager.LayoutParams.FLAG_SECURE);
        super.onCreate(state);
        Checks.seen(this);
        keep(getIntent());
        keepClearOfBars(findViewById(android.R.id.content));
    }

    @Override
    protected void onNewIntent(Intent intent) {
        keep(intent);
        super.onNewIntent(intent);
    }

    private static synchronized void keep(Intent intent) {
        if (Intent.ACTION_VIEW.equals(intent.getAction()) && intent.getDataString() != null) {
            link = intent.getDataString();
        }
    }

    /** A permission may have been given meanwhile: only from here may the guard use it. */
    @Override
    protected void onResume() {
        super.onResume();
        Keeper.startAgain(this);
    }

    /** From API 35 every window is drawn under the bars. */
    private static void keepClearOfBars(View content) {
        if (Build.VERSION.SDK_INT < 35) {
            return;
        }
        content.setOnApplyWindowInsetsListener((view, insets) -> {
            android.graphics.Insets bars = insets.getInsets(
                WindowInsets.Type.systemBars()
                    | WindowInsets.Type.displayCutout()
                    | WindowInsets.Type.ime());
            view.setPadding(bars.left, bars.top, bars.right, bars.bottom);
            return WindowInsets.CONSUMED;
        });
    }
}
