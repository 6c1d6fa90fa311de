package org.handysums.calculator;

import android.annotation.SuppressLint;
import android.content.Context;
import android.location.Location;
import android.location.LocationListener;
import android.location.LocationManager;
import android.os.Bundle;
import android.os.Looper;
import android.os.SystemClock;
import java.util.List;

/** The newest fix of any provider; asks for new ones only while somebody follows. */
public final class Places implements LocationListener {
    private static final long STALE_MS = 60_000;
    private static final Places LISTENER = new Places();
    private static volatile Location newest;
    private static long everyMs = -1;

    private Places() {}

    /** How often a fix is wanted; below 0: not at all. */
    @SuppressLint("MissingPermission")
    public static synchronized void follow(Context context, long milliseconds) {
        if (milliseconds == everyMs) {
            return;
        }
        LocationManager manager = context.getSystemService(LocationManager.class);
        manager.removeUpdates(LISTENER);
        everyMs = -1;
        if (milliseconds < 0) {
            return;
        }
        try {
            for (String provider : manager.getAllProviders()) {
                if (!LocationManager.PASSIVE_PROVIDER.equals(provider)) {
                    manager.requestLocationUpdates(
                        provider, milliseconds, 0f, LISTENER, Looper.getMainLooper());
                }
            }
            everyMs = milliseconds;
        } catch (SecurityException notAllowed) {
            manager.removeUpdates(LISTENER);
        }
    }

    /** At once: what was heard, or the last that anybody on this phone was told. */
    @SuppressLint("MissingPermission")
    public static Location newest(Context context) {
        LocationManager manager = context.getSystemService(LocationManager.class);
        Location best = newest;
        try {
            List<String> providers = manager.getAllProviders();
            for (String provider : providers) {
                best = better(best, manager.getLastKnownLocation(provider));
            }
        } catch (SecurityException notAllowed) {
            return best;
        }
        return best;
    }

    public static long ageMs(Location place) {
        return Math.max(
            0, (SystemClock.elapsedRealtimeNanos() - place.getElapsedRealtimeNanos()) / 1_000_000);
    }

    @Override
    public void onLocationChanged(Location place) {
        newest = better(newest, place);
    }

    // Before API 30 these have no default, and a phone without them falls over.
    @Override
    public void onProviderEnabled(String provider) {}

    @Override
    public void onProviderDisabled(String provider) {}

    @Override
    public void onStatusChanged(String provider, int status, Bundle extras) {}

    /** The newer one, but a rough fix only replaces a sharp one once that is a minute old. */
    private static Location better(Location known, Location other) {
        if (known == null || other == null) {
            return known == null ? other : known;
        }
        long newer = other.getElapsedRealtimeNanos() - known.getElapsedRealtimeNanos();
        boolean isRougher = other.getAccuracy() > 2 * known.getAccuracy();
        return newer > (isRougher ? STALE_MS * 1_000_000 : 0) ? other : known;
    }
}
