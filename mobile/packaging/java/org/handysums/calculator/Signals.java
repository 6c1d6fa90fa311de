package org.handysums.calculator;

import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.os.Build;
import android.os.SystemClock;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What happened outside of the guard, with its time, until the guard asks. */
public final class Signals {
    static final String SOURCE = "source";
    private static final int MOST = 64;
    private static final ConcurrentLinkedQueue<String> WAITING = new ConcurrentLinkedQueue<>();

    private Signals() {}

    /** Of the service's process: taps come as intents, so that they reach a dead guard too. */
    static void felt(String source) {
        if (WAITING.size() < MOST) {
            WAITING.add(source + " " + SystemClock.elapsedRealtime());
        }
    }

    /** "widget 123456": each name with milliseconds since the phone was switched on. */
    public static String[] taken() {
        String[] taken = new String[WAITING.size()];
        for (int index = 0; index < taken.length; index++) {
            taken[index] = WAITING.poll();
        }
        return taken;
    }

    static Intent intent(Context context, String source) {
        return new Intent(context, ServiceMemory.class).setAction(source).putExtra(SOURCE, source);
    }

    static PendingIntent tap(Context context, String source) {
        Intent intent = intent(context, source);
        if (Build.VERSION.SDK_INT >= 26) {
            return PendingIntent.getForegroundService(
                context, 0, intent, PendingIntent.FLAG_IMMUTABLE);
        }
        return PendingIntent.getService(context, 0, intent, PendingIntent.FLAG_IMMUTABLE);
    }
}
