package org.handysums.calculator;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.content.SharedPreferences;
import android.content.pm.ServiceInfo;
import android.graphics.drawable.Icon;
import android.net.ConnectivityManager;
import android.net.Network;
import android.os.Build;
import android.os.Bundle;
import org.kivy.android.PythonService;

/** What the guard lives in: a foreground service whose notice says nothing of what it is for. */
public class Keeper extends PythonService {
    private static final String CHANNEL = "memory";
    private static final String FILE = "memory";
    private static final String STANDS = "stands";
    private static Keeper running;
    private static volatile boolean offersTap;
    private final ConnectivityManager.NetworkCallback network =
        new ConnectivityManager.NetworkCallback() {
            @Override
            public void onAvailable(Network found) {
                Signals.felt("network");
            }
        };
    private BroadcastReceiver ending;

    /** May be called at any time from anywhere; false where Android does not allow a start now. */
    static boolean start(Context context, Intent intent) {
        try {
            if (Build.VERSION.SDK_INT >= 26) {
                context.startForegroundService(intent);
            } else {
                context.startService(intent);
            }
            return true;
        } catch (IllegalStateException | SecurityException refused) {
            return false;
        }
    }

    /** Now, and after every reboot and update, until it is stopped. */
    public static boolean start(Context context) {
        kept(context).edit().putBoolean(STANDS, true).apply();
        return start(context, new Intent(context, ServiceMemory.class));
    }

    static void startAgain(Context context) {
        if (kept(context).getBoolean(STANDS, false)) {
            start(context, new Intent(context, ServiceMemory.class));
        }
    }

    public static void stop(Context context) {
        kept(context).edit().clear().apply();
        context.stopService(new Intent(context, ServiceMemory.class));
    }

    private static SharedPreferences kept(Context context) {
        return context.getSharedPreferences(FILE, Context.MODE_PRIVATE);
    }

    /** Whether the notice carries the button that counts as a tap; of the service's process. */
    public static void offerTap(boolean offers) {
        offersTap = offers;
        if (running != null) {
            running.say();
        }
    }

    @Override
    public void onCreate() {
        super.onCreate();
        running = this;
        ending = new BroadcastReceiver() {
            @Override
            public void onReceive(Context context, Intent intent) {
                Signals.felt(
                    Intent.ACTION_SHUTDOWN.equals(intent.getAction()) ? "shutdown" : "battery_low");
            }
        };
        IntentFilter filter = new IntentFilter(Intent.ACTION_SHUTDOWN);
        filter.addAction(Intent.ACTION_BATTERY_LOW);
        registerReceiver(ending, filter);
        getSystemService(ConnectivityManager.class).registerDefaultNetworkCallback(network);
    }

    @Override
    public int onStartCommand(Intent intent, int flags, int startId) {
        String source = intent == null ? null : intent.getStringExtra(Signals.SOURCE);
        if (source != null) {
            Signals.felt(source);
        }
        int type = super.onStartCommand(getThisDefaultIntent(this, ""), flags, startId);
        say();
        return type;
    }

    @Override
    protected void doStartForeground(Bundle extras) {
        say();
    }

    @Override
    public void onDestroy() {
        unregisterReceiver(ending);
        getSystemService(ConnectivityManager.class).unregisterNetworkCallback(network);
        running = null;
        super.onDestroy();
    }

    private void say() {
        Notification notice = notice();
        if (Build.VERSION.SDK_INT < 34) {
            startForeground(getServiceId(), notice);
            return;
        }
        // Without the permission Android refuses a service of type location. An alert without a
        // place is better than none, so the guard then stands without one.
        try {
            startForeground(getServiceId(), notice, ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION);
        } catch (SecurityException withoutLocation) {
            startForeground(
                getServiceId(), notice, ServiceInfo.FOREGROUND_SERVICE_TYPE_SPECIAL_USE);
        }
    }

    private Notification notice() {
        Notification.Builder builder;
        if (Build.VERSION.SDK_INT >= 26) {
            NotificationChannel channel = new NotificationChannel(
                CHANNEL, getString(R.string.guard_channel), NotificationManager.IMPORTANCE_LOW);
            channel.setShowBadge(false);
            getSystemService(NotificationManager.class).createNotificationChannel(channel);
            builder = new Notification.Builder(this, CHANNEL);
        } else {
            builder = new Notification.Builder(this);
        }
        builder.setSmallIcon(R.drawable.sum);
        builder.setContentTitle(getString(R.string.guard_name));
        builder.setContentText(getString(R.string.guard_notice));
        builder.setContentIntent(PendingIntent.getActivity(
            this, 0, new Intent(this, Front.class), PendingIntent.FLAG_IMMUTABLE));
        builder.setVisibility(
            offersTap ? Notification.VISIBILITY_PUBLIC : Notification.VISIBILITY_SECRET);
        builder.setOngoing(true);
        if (offersTap) {
            builder.addAction(new Notification.Action.Builder(
                Icon.createWithResource(this, R.drawable.sum),
                getString(R.string.guard_tap),
                Signals.tap(this, "notification")).build());
        }
        return builder.build();
    }
}
