package io.foolproof.model.remote;

import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/**
 * A classifier that answers over HTTP, with scores or with labels alone. It has no gradients, and
 * every image costs: a budget of images is never exceeded, whatever fails and however many threads
 * ask.
 *
 * <p>What a server answers for an image should not depend on the others in a request; this cannot
 * be checked from here. Both contracts are described in {@code docs/remote-models.md}.
 */
public final class RemoteClassifier implements Classifier {
  /** Enough for any description, and for what surrounds the numbers of an answer. */
  private static final long DESCRIPTION_BYTES = 1 << 20;

  /** Enough for any number, with spaces and line breaks. */
  private static final long NUMBER_BYTES = 64;

  private final RemoteUrl url;
  private final RemoteSettings settings;
  private final QueryBudget budget;
  private final Secrets secrets;
  private final RemoteIdentity identity;
  private final Caller caller;
  private final Protocol protocol;

  private RemoteClassifier(
      RemoteUrl url, RemoteModel.Unsaid unsaid, RemoteSettings settings, Ticks ticks) {
    RemoteContract contract = settings.contract().of(url.withoutInfer());
    boolean plain = contract == RemoteContract.PLAIN;
    this.url = plain ? url : url.withoutInfer();
    this.settings = settings;
    this.identity = new RemoteIdentity(url, settings.headers());
    this.budget = new QueryBudget(url.toString(), settings.budget());
    this.secrets = Secrets.of(url.uri(), settings.headers());
    this.caller = new Caller(settings, budget, ticks, secrets);
    Answer description = caller.get(this.url, DESCRIPTION_BYTES);
    this.protocol =
        plain
            ? PlainProtocol.of(this.url, description, unsaid)
            : OpenInferenceProtocol.of(this.url, description, unsaid);
  }

  /**
   * Asks a server what it has. Costs no query.
   *
   * @param url http or https, of the model
   * @throws InvalidInputException when there is no classifier, or it says of itself what cannot be
   */
  public static RemoteClassifier open(URI url, RemoteSettings settings) {
    return open(url, 0, 1, settings);
  }

  /**
   * As {@link #open(URI, RemoteSettings)}.
   *
   * @param low the smallest value of a pixel, where the server does not say it
   * @param high the largest value of a pixel, where the server does not say it
   */
  public static RemoteClassifier open(URI url, double low, double high, RemoteSettings settings) {
    return open(
        url,
        new RemoteModel.Unsaid(new long[0], low, high, settings.classes()),
        settings,
        Ticks.SYSTEM);
  }

  /**
   * As {@link #open(URI, RemoteSettings)}.
   *
   * @param otherwise sizes and box, where the server does not say them
   */
  public static RemoteClassifier open(URI url, InputSpec otherwise, RemoteSettings settings) {
    return open(
        url,
        new RemoteModel.Unsaid(
            otherwise.shape(), otherwise.low(), otherwise.high(), settings.classes()),
        settings,
        Ticks.SYSTEM);
  }

  static RemoteClassifier open(
      URI url, RemoteModel.Unsaid unsaid, RemoteSettings settings, Ticks ticks) {
    return new RemoteClassifier(RemoteUrl.of(url), unsaid, settings, ticks);
  }

  @Override
  public String name() {
    return Answer.printable(secrets.redact(protocol.model().name()), 100)
        + " at "
        + url.uri().getHost();
  }

  /** Where it is, without the URL's query. */
  public String url() {
    return url.toString();
  }

  /** How it is spoken to. */
  public RemoteContract contract() {
    return protocol instanceof PlainProtocol ? RemoteContract.PLAIN : RemoteContract.OPEN_INFERENCE;
  }

  /** What answers at a URL may change, and nothing tells. */
  @Override
  public Origin origin() {
    return new Origin(
        name(),
        "unknown, behind " + identity.text(),
        List.of("The model was queried over the network: what answers there may change."));
  }

  @Override
  public InputSpec input() {
    return protocol.model().input();
  }

  @Override
  public int classes() {
    return protocol.model().classes();
  }

  @Override
  public boolean answersScores() {
    return protocol.model().scores();
  }

  @Override
  public boolean isMetered() {
    return true;
  }

  @Override
  public long queriesLeft() {
    return budget.left();
  }

  /**
   * {@inheritDoc}
   *
   * @throws QueryBudgetExhausted when fewer are left
   */
  @Override
  public void requireQueries(long images) {
    budget.require(images);
  }

  /** The images of one request. */
  @Override
  public int microBatch() {
    return batch();
  }

  /** The most images in one request: what was asked for, or what the server takes. */
  public int batch() {
    return Math.min(settings.batch(), protocol.model().mostImages());
  }

  /** Images that were sent, those sent again included. */
  public long queries() {
    return budget.used();
  }

  /**
   * {@inheritDoc}
   *
   * <p>What the server answers with NaN or null is NaN here. Where it answers labels, the row of an
   * image is 1 at its label and 0 elsewhere.
   *
   * @throws QueryBudgetExhausted when less is left of the budget than there are images, before any
   *     is sent; or when some must be sent again
   * @throws InvalidInputException when the server cannot be reached, refuses, or answers what is
   *     against its contract
   */
  @Override
  public Tensor logits(Tensor images) {
    input().requireBatch(name(), images);
    int samples = Math.toIntExact(images.size(0));
    float[] pixels = images.toFloats();
    int elements = input().elements();
    requireFinite(pixels, elements);
    float[] logits = new float[Math.multiplyExact(samples, classes())];
    budget.take(samples);
    int begun = 0;
    try {
      while (begun < samples) {
        int some = Math.min(batch(), samples - begun);
        int first = begun;
        float[] part = Arrays.copyOfRange(pixels, first * elements, (first + some) * elements);
        byte[] request = protocol.request(part, some);
        begun += some;
        float[] rows = protocol.scores(ask(request, some), some);
        System.arraycopy(rows, 0, logits, first * classes(), rows.length);
      }
    } finally {
      budget.giveBack(samples - begun);
    }
    return Tensor.of(logits, samples, classes());
  }

  private Answer ask(byte[] request, int images) {
    long most = DESCRIPTION_BYTES + NUMBER_BYTES * images * classes();
    return caller.post(protocol.asked(), request, images, most);
  }

  private void requireFinite(float[] pixels, int elements) {
    for (int i = 0; i < pixels.length; i++) {
      if (!Float.isFinite(pixels[i])) {
        throw new InvalidInputException(
            "%s: image %d of the batch has a pixel of %s, which JSON cannot hold; expected %s"
                .formatted(name(), i / elements, pixels[i], input()));
      }
    }
  }
}
