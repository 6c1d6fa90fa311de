package org.handysums.calculator;

import android.content.Context;
import android.os.BatteryManager;
import android.os.PowerManager;

/** The charge, and keeping the processor awake while something is under way. */
public final class Power {
    private static PowerManager.WakeLock lock;

    private Power() {}

    /** From now for so long; below 0 until it is said again; 0 lets go. Ends with the process. */
    public static synchronized void stayAwake(Context context, long milliseconds) {
        if (lock == null) {
            lock = context.getSystemService(PowerManager.class)
                .newWakeLock(PowerManager.PARTIAL_WAKE_LOCK, "calculator:memory");
            lock.setReferenceCounted(false);
        }
        if (milliseconds > 0) {
            lock.acquire(milliseconds);
        } else if (milliseconds < 0) {
            lock.acquire();
        } else if (lock.isHeld()) {
            lock.release();
        }
    }

    /** Per cent, or less than 0 where this phone does not say. */
    public static int charge(Context context) {
        return context.getSystemService(BatteryManager.class)
            .getIntProperty(BatteryManager.BATTERY_PROPERTY_CAPACITY);
    }
}
