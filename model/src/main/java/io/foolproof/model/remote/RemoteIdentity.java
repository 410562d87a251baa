package io.foolproof.model.remote;

import io.foolproof.model.Origin;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Tells models behind URLs apart by the whole URL and the headers, of which only a hash is written.
 * Since they may hold a password, the hash is PBKDF2, which makes each guess expensive.
 */
final class RemoteIdentity {
  /** So that a guess takes a good part of a second. */
  private static final int ITERATIONS = 600_000;

  private static final int HASH_BITS = 128;

  private final RemoteUrl url;
  private final String secret;
  private String text = "";

  /**
   * Of a URL and headers, each {@code Name: value}.
   *
   * @param url with its query
   */
  RemoteIdentity(RemoteUrl url, List<String> headers) {
    this.url = url;
    String query = url.uri().getRawQuery() == null ? "" : "?" + url.uri().getRawQuery();
    this.secret =
        headers.stream()
            .map(RemoteIdentity::normal)
            .sorted()
            .collect(Collectors.joining("\n", query + "\n", ""));
  }

  private static String normal(String header) {
    int colon = header.indexOf(':');
    return header.substring(0, colon).strip().toLowerCase(Locale.ROOT)
        + ": "
        + header.substring(colon + 1).strip();
  }

  /**
   * The URL as it may be shown, and where it has a query or there are headers, a hash of all:
   * {@link Origin#identity}.
   */
  synchronized String text() {
    if (text.isEmpty()) {
      text =
          secret.isBlank() ? url.toString() : url + ", with its query and headers hashed " + hash();
    }
    return text;
  }

  private String hash() {
    try {
      byte[] salt = url.toString().getBytes(StandardCharsets.UTF_8);
      PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, HASH_BITS);
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return HexFormat.of().formatHex(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has PBKDF2", e);
    }
  }
}
