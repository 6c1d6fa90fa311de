package org.handysums.calculator;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/** After a reboot and after an update the guard stands up again by itself. */
public class Starts extends BroadcastReceiver {
    @Override
    public void onReceive(Context context, Intent intent) {
        String action = intent.getAction();
        if (Intent.ACTION_BOOT_COMPLETED.equals(action)
                || Intent.ACTION_MY_PACKAGE_REPLACED.equals(action)) {
            Keeper.startAgain(context);
        }
    }
}
