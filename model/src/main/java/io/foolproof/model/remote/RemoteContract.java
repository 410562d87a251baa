package io.foolproof.model.remote;

import java.util.regex.Pattern;

/** How a classifier behind a URL is spoken to. */
public enum RemoteContract {
  /**
   * Told by the path: one that ends in {@code /v2/models/NAME} or {@code
   * /v2/models/NAME/versions/VERSION} is {@link #OPEN_INFERENCE}, any other is {@link #PLAIN}.
   */
  BY_PATH,

  /** Foolproof's own small contract: one URL, described by GET and asked by POST. */
  PLAIN,

  /**
   * The Open Inference Protocol, version 2, over REST, as KServe, Triton and others speak it
   * (github.com/kserve/open-inference-protocol).
   */
  OPEN_INFERENCE;

  private static final Pattern OPEN_INFERENCE_PATH =
      Pattern.compile(".*/v2/models/[^/]+(/versions/[^/]+)?");

  /** Itself, or what the path tells. */
  RemoteContract of(RemoteUrl url) {
    if (this != BY_PATH) {
      return this;
    }
    return OPEN_INFERENCE_PATH.matcher(url.path()).matches() ? OPEN_INFERENCE : PLAIN;
  }
}
