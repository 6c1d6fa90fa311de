package org.handysums.calculator;

import android.content.Context;
import android.os.Build;
import android.os.VibrationEffect;
import android.os.Vibrator;

/** The vibrator, in silent mode too. */
public final class Motor {
    private Motor() {}

    /** Milliseconds off, on, off, and so on. */
    public static void run(Context context, long[] pattern) {
        Vibrator vibrator = context.getSystemService(Vibrator.class);
        if (vibrator == null || !vibrator.hasVibrator()) {
            return;
        }
        if (Build.VERSION.SDK_INT < 26) {
            vibrator.vibrate(pattern, -1);
        } else if (Build.VERSION.SDK_INT < 33) {
            vibrator.vibrate(VibrationEffect.createWaveform(pattern, -1), loud());
        } else {
            vibrator.vibrate(
                VibrationEffect.createWaveform(pattern, -1),
                android.os.VibrationAttributes.createForUsage(
                    android.os.VibrationAttributes.USAGE_ALARM));
        }
    }

    // What a phone plays as an alarm is felt while it is silent, and while no window is open.
    private static android.media.AudioAttributes loud() {
        return new android.media.AudioAttributes.Builder()
            .setUsage(android.media.AudioAttributes.USAGE_ALARM)
            .build();
    }
}
