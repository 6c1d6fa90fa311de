package org.handysums.calculator;

import android.content.ComponentName;
import android.content.Context;
import android.content.pm.PackageManager;

/** What other programs can find of the app: no key before its trigger is switched on. */
public final class Offers {
    private Offers() {}

    public static void make(Context context, boolean widget, boolean tile) {
        allow(context, Widget.class.getName(), widget);
        allow(context, Tile.class.getName(), tile);
    }

    /** Whether links of pairing codes lead here; a paired phone answers to none. */
    public static void pairing(Context context, boolean open) {
        allow(context, context.getPackageName() + ".Link", open);
    }

    private static void allow(Context context, String part, boolean allowed) {
        context.getPackageManager().setComponentEnabledSetting(
            new ComponentName(context.getPackageName(), part),
            allowed
                ? PackageManager.COMPONENT_ENABLED_STATE_ENABLED
                : PackageManager.COMPONENT_ENABLED_STATE_DISABLED,
            PackageManager.DONT_KILL_APP);
    }
}
