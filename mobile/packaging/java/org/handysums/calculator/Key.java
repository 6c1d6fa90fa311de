package org.handysums.calculator;

import android.os.Build;
import android.security.keystore.KeyGenParameterSpec;
import android.security.keystore.KeyProperties;
import android.security.keystore.StrongBoxUnavailableException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** AES-256-GCM under a key that never leaves the phone's secure hardware. */
public final class Key {
    private static final String STORE = "AndroidKeyStore";
    private static final String NAME = "memory";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private Key() {}

    /** Nonce, then ciphertext and tag; `about` is checked when it is opened. */
    public static byte[] seal(byte[] message, byte[] about) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key());
        cipher.updateAAD(about);
        byte[] sealed = cipher.doFinal(message);
        byte[] nonce = cipher.getIV();
        if (nonce.length != NONCE) {
            throw new GeneralSecurityException("an unusual nonce");
        }
        byte[] box = Arrays.copyOf(nonce, NONCE + sealed.length);
        System.arraycopy(sealed, 0, box, NONCE, sealed.length);
        return box;
    }

    /** Throws where the box was changed, or made by another phone. */
    public static byte[] unseal(byte[] box, byte[] about) throws Exception {
        if (box.length < NONCE + TAG_BITS / 8) {
            throw new GeneralSecurityException("too short");
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key(), new GCMParameterSpec(TAG_BITS, box, 0, NONCE));
        cipher.updateAAD(about);
        return cipher.doFinal(box, NONCE, box.length - NONCE);
    }

    /** Nothing that was sealed opens again. */
    public static void destroy() throws Exception {
        store().deleteEntry(NAME);
    }

    private static KeyStore store() throws Exception {
        KeyStore store = KeyStore.getInstance(STORE);
        store.load(null);
        return store;
    }

    // The window makes it; the guard is another process, and is first started from there.
    private static synchronized SecretKey key() throws Exception {
        java.security.Key known = store().getKey(NAME, null);
        if (known != null) {
            return (SecretKey) known;
        }
        if (Build.VERSION.SDK_INT >= 28) {
            try {
                return made(true);
            } catch (StrongBoxUnavailableException ordinary) {
                return made(false);
            }
        }
        return made(false);
    }

    private static SecretKey made(boolean inStrongBox) throws Exception {
        KeyGenParameterSpec.Builder wanted = new KeyGenParameterSpec.Builder(
                NAME, KeyProperties.PURPOSE_ENCRYPT | KeyProperties.PURPOSE_DECRYPT)
            .setKeySize(256)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE);
        if (Build.VERSION.SDK_INT >= 28) {
            wanted.setIsStrongBoxBacked(inStrongBox);
        }
        KeyGenerator generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE);
        generator.init(wanted.build());
        return generator.generateKey();
    }
}
