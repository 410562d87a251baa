package io.foolproof.model.remote;

import io.foolproof.tensor.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a classifier is. What is shown of it is without the query, which may hold a key.
 *
 * @param uri without a slash at the end of its path
 */
record RemoteUrl(URI uri) {
  private static final String INFER = "/infer";

  static RemoteUrl of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getRawUserInfo() != null) {
      throw new InvalidInputException(
          "the URL holds a user name or password; give it as a header instead, such as"
              + " Authorization: Basic ...");
    }
    if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
      throw new InvalidInputException(
          shown(uri) + ": no URL of a model, expected http(s)://host/path");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      throw new InvalidInputException(
          "%s: found port %d, expected 1 to 65535".formatted(shown(uri), uri.getPort()));
    }
    return new RemoteUrl(withPath(uri, uri.getRawPath().replaceFirst("/+$", "")));
  }

  private static URI withPath(URI uri, String path) {
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    try {
      return new URI(uri.getScheme() + "://" + uri.getRawAuthority() + path + query);
    } catch (URISyntaxException e) {
      // Every part of it came out of a URI.
      throw new IllegalStateException(e);
    }
  }

  String path() {
    return uri.getRawPath();
  }

  /** Where the model is described, if this is where it is asked. */
  RemoteUrl withoutInfer() {
    return path().endsWith(INFER)
        ? new RemoteUrl(withPath(uri, path().substring(0, path().length() - INFER.length())))
        : this;
  }

  /** Where a model that is described here is asked. */
  RemoteUrl withInfer() {
    return new RemoteUrl(withPath(uri, path() + INFER));
  }

  /** The last part of the path; the host where there is none. */
  String lastName() {
    String name = uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
    return name.isEmpty() ? uri.getHost() : name;
  }

  /** A URL as it may be shown. */
  static String shown(URI uri) {
    String path = uri.getPath() == null ? "" : uri.getPath();
    return uri.getHost() == null
        ? path
        : uri.getScheme()
            + "://"
            + uri.getHost()
            + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
            + path;
  }

  @Override
  public String toString() {
    return shown(uri);
  }
}
