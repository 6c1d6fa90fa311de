package org.handysums.calculator;

import android.content.Context;
import android.hardware.Sensor;
import android.hardware.SensorEvent;
import android.hardware.SensorEventListener;
import android.hardware.SensorManager;

/** Samples of the accelerometer at 20 a second, in batches; only while the trigger is on. */
public final class Shakes implements SensorEventListener {
    private static final int EVERY_US = 50_000;
    private static final int LATENCY_US = 200_000;
    private static final int MOST = 4 * 600;
    private static final Shakes LISTENER = new Shakes();
    private static final double[] SAMPLES = new double[MOST];
    private static int filled;

    private Shakes() {}

    public static void listen(Context context, boolean listens) {
        SensorManager manager = context.getSystemService(SensorManager.class);
        manager.unregisterListener(LISTENER);
        Sensor sensor = manager.getDefaultSensor(Sensor.TYPE_ACCELEROMETER);
        if (listens && sensor != null) {
            manager.registerListener(LISTENER, sensor, EVERY_US, LATENCY_US);
        }
    }

    /** Seconds since the phone was switched on, x, y, z, and so on; metres per second squared. */
    public static double[] taken() {
        synchronized (SAMPLES) {
            double[] taken = java.util.Arrays.copyOf(SAMPLES, filled);
            filled = 0;
            return taken;
        }
    }

    @Override
    public void onSensorChanged(SensorEvent event) {
        synchronized (SAMPLES) {
            if (filled == MOST) {
                filled = 0;
            }
            SAMPLES[filled++] = event.timestamp / 1e9;
            for (int axis = 0; axis < 3; axis++) {
                SAMPLES[filled++] = event.values[axis];
            }
        }
    }

    @Override
    public void onAccuracyChanged(Sensor sensor, int accuracy) {}
}
