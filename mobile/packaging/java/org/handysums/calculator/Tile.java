package org.handysums.calculator;

import android.service.quicksettings.TileService;

/** One key among the quick settings; it works on the lock screen too. */
public class Tile extends TileService {
    @Override
    public void onStartListening() {
        android.service.quicksettings.Tile tile = getQsTile();
        if (tile != null) {
            tile.setState(android.service.quicksettings.Tile.STATE_INACTIVE);
            tile.updateTile();
        }
    }

    @Override
    public void onClick() {
        Keeper.start(this, Signals.intent(this, "tile"));
    }
}
