package io.foolproof.model.remote;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must never be shown or written of a URL and of headers, even where a server repeats it: the
 * values of headers, the credentials in them, and what looks like a secret in the URL's query.
 */
final class Secrets {
  private static final String HIDDEN = "***";

  /**
   * Shorter ones are hidden only as whole words, and single characters not at all: they are found
   * in any text.
   */
  private static final int SHORT = 4;

  /** From this length, a value of letters and digits is taken to be a key. */
  private static final int KEY = 16;

  /** How often a text may be encoded, one encoding around another. */
  private static final int DEPTH = 3;

  private static final Pattern SECRET_NAMES =
      Pattern.compile(
          ".*(key|token|secret|sig|pass|pwd|auth|code|cred|session|jwt|bearer).*",
          Pattern.CASE_INSENSITIVE);

  private static final Set<String> SCHEMES = Set.of("bearer", "basic", "digest", "token", "apikey");

  private static final Pattern ESCAPE =
      Pattern.compile("\\\\u([0-9a-fA-F]{4})|\\\\([\"\\\\/])|&#(\\d{1,6});|&#x([0-9a-fA-F]{1,5});");

  private final List<Pattern> patterns;

  private Secrets(Set<String> secrets) {
    this.patterns =
        secrets.stream()
            .filter(secret -> secret.strip().length() > 1 && !SCHEMES.contains(lower(secret)))
            .flatMap(secret -> forms(secret).stream())
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Secrets::pattern)
            .toList();
  }

  /** Of a URL and headers, each {@code Name: value}. */
  static Secrets of(URI url, List<String> headers) {
    Set<String> secrets = new LinkedHashSet<>();
    headers.forEach(header -> addHeader(header, secrets));
    String query = url.getRawQuery();
    if (query != null) {
      for (String field : query.split("&", -1)) {
        addField(field, secrets);
      }
    }
    return new Secrets(secrets);
  }

  private static void addHeader(String header, Set<String> secrets) {
    String value = header.substring(header.indexOf(':') + 1).strip();
    secrets.add(value);
    for (String word : value.split("[\\s;,]+", -1)) {
      add(word, secrets);
      // A field, as in a cookie; an = at the end is part of base64.
      int equals = word.indexOf('=');
      if (equals >= 0) {
        add(word.substring(equals + 1), secrets);
      }
      addCredentials(word, secrets);
    }
  }

  private static void add(String word, Set<String> secrets) {
    String bare = word.replaceAll("^[\"'=]+|[\"'=]+$", "");
    if (bare.length() >= SHORT) {
      secrets.add(bare);
    }
  }

  /** User name and password, where a word is base64 of both. */
  private static void addCredentials(String word, Set<String> secrets) {
    try {
      String decoded = new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      if (colon >= 0 && decoded.chars().noneMatch(Character::isISOControl)) {
        secrets.add(decoded);
        secrets.add(decoded.substring(colon + 1));
        add(decoded.substring(0, colon), secrets);
      }
    } catch (IllegalArgumentException e) {
      // Not base64.
    }
  }

  private static void addField(String field, Set<String> secrets) {
    int equals = field.indexOf('=');
    String name = field.substring(0, Math.max(0, equals));
    String raw = field.substring(equals + 1);
    String value = percentDecoded(raw);
    boolean key =
        value.length() >= KEY && value.matches(".*\\d.*") && value.matches(".*[A-Za-z].*");
    if (equals < 0 || key || SECRET_NAMES.matcher(name).matches()) {
      secrets.add(raw);
      secrets.add(value);
      secrets.add(value.replace('+', ' '));
    }
  }

  private static List<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    String ofUrls = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    return List.of(secret, encoded, encoded.replace("+", "%20"), base64, ofUrls);
  }

  private static Pattern pattern(String form) {
    String quoted = Pattern.quote(form);
    return Pattern.compile(
        form.length() < SHORT ? "(?<!\\w)" + quoted + "(?!\\w)" : quoted,
        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /**
   * A text without secrets. Where one is only found once the text is decoded, all of the text is
   * hidden.
   */
  String redact(String text) {
    String redacted = text;
    for (Pattern pattern : patterns) {
      redacted = pattern.matcher(redacted).replaceAll(Matcher.quoteReplacement(HIDDEN));
    }
    String decoded = redacted;
    for (int depth = 0; depth < DEPTH; depth++) {
      decoded = unescaped(percentDecoded(decoded));
      String now = decoded;
      if (patterns.stream().anyMatch(pattern -> pattern.matcher(now).find())) {
        return HIDDEN;
      }
    }
    return redacted;
  }

  private static String percentDecoded(String text) {
    // A % that begins no escape stands for itself.
    String whole = text.replaceAll("%(?![0-9a-fA-F]{2})", "%25").replace("+", "%2B");
    return URLDecoder.decode(whole, StandardCharsets.UTF_8);
  }

  private static String unescaped(String text) {
    return ESCAPE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(character(match)));
  }

  private static String character(MatchResult match) {
    if (match.group(2) != null) {
      return match.group(2);
    }
    String decimal = match.group(3);
    int code =
        decimal != null
            ? Integer.parseInt(decimal)
            : Integer.parseInt(match.group(1) != null ? match.group(1) : match.group(4), 16);
    return Character.isValidCodePoint(code) ? Character.toString(code) : "";
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
