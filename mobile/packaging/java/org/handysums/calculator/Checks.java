package org.handysums.calculator;

import android.Manifest;
import android.app.Activity;
import android.app.NotificationManager;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.content.pm.PackageManager;
import android.net.Uri;
import android.os.Build;
import android.os.PowerManager;
import android.provider.Settings;
import java.util.ArrayList;

/** What keeps the guard from doing its work, and the way to mend it. */
public final class Checks {
    private static final String FILE = "display";
    private static final String SEEN = "seen";

    private Checks() {}

    /** Names of what is in the way; empty: armed. */
    public static String[] obstacles(Context context) {
        ArrayList<String> found = new ArrayList<>();
        if (!has(context, Manifest.permission.ACCESS_FINE_LOCATION)) {
            found.add("location");
        }
        if (Build.VERSION.SDK_INT >= 29
                && !has(context, Manifest.permission.ACCESS_BACKGROUND_LOCATION)) {
            found.add("background_location");
        }
        if (!context.getSystemService(NotificationManager.class).areNotificationsEnabled()) {
            found.add("notifications");
        }
        if (context.getSystemService(PowerManager.class).isPowerSaveMode()
                || !isExcepted(context)) {
            found.add("battery_saver");
        }
        if (updatedAt(context) > kept(context).getLong(SEEN, 0)) {
            found.add("updated");
        }
        return found.toArray(new String[0]);
    }

    /** Opens what Android has for it: a question, or the page of its settings. */
    public static void mend(Activity activity, String obstacle) {
        if ("location".equals(obstacle)) {
            ask(activity, Manifest.permission.ACCESS_FINE_LOCATION,
                Manifest.permission.ACCESS_COARSE_LOCATION);
        } else if ("background_location".equals(obstacle) && Build.VERSION.SDK_INT >= 29) {
            // Android asks for it only once the other one is granted, and never in one question.
            ask(activity, Manifest.permission.ACCESS_BACKGROUND_LOCATION);
        } else if ("notifications".equals(obstacle) && Build.VERSION.SDK_INT >= 33) {
            ask(activity, Manifest.permission.POST_NOTIFICATIONS);
        } else if ("battery_saver".equals(obstacle)) {
            // Once the app is excepted, what is left in the way is the saver itself.
            activity.startActivity(isExcepted(activity)
                ? new Intent(Settings.ACTION_BATTERY_SAVER_SETTINGS)
                : new Intent(
                    Settings.ACTION_REQUEST_IGNORE_BATTERY_OPTIMIZATIONS, page(activity)));
        } else {
            activity.startActivity(
                new Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, page(activity)));
        }
    }

    /** The window was open since the last update: what an update takes away is asked for again. */
    static void seen(Context context) {
        kept(context).edit().putLong(SEEN, updatedAt(context)).apply();
    }

    private static boolean has(Context context, String permission) {
        return context.checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED;
    }

    private static boolean isExcepted(Context context) {
        return context.getSystemService(PowerManager.class)
            .isIgnoringBatteryOptimizations(context.getPackageName());
    }

    private static void ask(Activity activity, String... permissions) {
        activity.requestPermissions(permissions, 1);
    }

    private static Uri page(Context context) {
        return Uri.parse("package:" + context.getPackageName());
    }

    private static long updatedAt(Context context) {
        try {
            return context.getPackageManager()
                .getPackageInfo(context.getPackageName(), 0).lastUpdateTime;
        } catch (PackageManager.NameNotFoundException removed) {
            return 0;
        }
    }

    private static SharedPreferences kept(Context context) {
        return context.getSharedPreferences(FILE, Context.MODE_PRIVATE);
    }
}
