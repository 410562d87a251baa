package io.foolproof.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One attempt to bring a partly downloaded file to its full size. */
final class HttpTransfer {
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private final HttpClient client;
  private final URI source;
  private final RemoteFile file;
  private final FileChannel part;
  private final Duration timeout;
  private final Downloader.Progress progress;

  /** How far the file is written, and whether this attempt has been given up; both under lock. */
  private long written;

  private boolean over;

  HttpTransfer(
      HttpClient client,
      URI source,
      RemoteFile file,
      FileChannel part,
      Duration timeout,
      Downloader.Progress progress) {
    this.client = client;
    this.source = source;
    this.file = file;
    this.part = part;
    this.timeout = timeout;
    this.progress = progress;
  }

  /** The server will not give the file, however often it is asked. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /**
   * Asks for what is missing, or for all if the server cannot go on from there.
   *
   * @throws RefusedException if there is no use in asking again
   * @throws IOException if the file is still not complete; what came is kept
   */
  void run() throws IOException {
    if (part.size() > file.size()) {
      part.truncate(0);
    }
    written = part.size();
    HttpRequest.Builder request = HttpRequest.newBuilder(source).timeout(timeout);
    if (written > 0) {
      request.header("Range", "bytes=" + written + "-");
    }
    try {
      int status = await(client.sendAsync(request.build(), this::receive)).statusCode();
      requireSuccess(status);
    } finally {
      giveUp();
    }
    if (part.size() != file.size()) {
      throw new IOException(
          "the connection ended after %,d of %,d bytes".formatted(part.size(), file.size()));
    }
  }

  private HttpResponse.BodySubscriber<Void> receive(HttpResponse.ResponseInfo answer) {
    int status = answer.statusCode();
    if (status != OK && status != PARTIAL_CONTENT) {
      return HttpResponse.BodySubscribers.discarding();
    }
    boolean goesOn =
        status == PARTIAL_CONTENT
            && answer
                .headers()
                .firstValue("Content-Range")
                .filter(range -> range.startsWith("bytes " + startOfRest() + "-"))
                .isPresent();
    if (!goesOn) {
      startOver();
    }
    if (status == PARTIAL_CONTENT && !goesOn) {
      // A part that does not begin where ours ends is of no use.
      return HttpResponse.BodySubscribers.discarding();
    }
    return HttpResponse.BodySubscribers.ofByteArrayConsumer(this::append);
  }

  private synchronized long startOfRest() {
    return written;
  }

  private synchronized void startOver() {
    try {
      if (!over) {
        part.truncate(0);
        written = 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void append(Optional<byte[]> bytes) {
    // An attempt that was given up may still deliver: the file belongs to the next one by then.
    if (over || bytes.isEmpty()) {
      return;
    }
    try {
      ByteBuffer rest = ByteBuffer.wrap(bytes.get());
      if (written + rest.remaining() > file.size()) {
        part.truncate(0);
        throw new RefusedException(
            "the server sends more than the expected %,d bytes".formatted(file.size()));
      }
      while (rest.hasRemaining()) {
        written += part.write(rest, written);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    progress.at(file, written, file.size());
  }

  private synchronized void giveUp() {
    over = true;
  }

  private HttpResponse<Void> await(CompletableFuture<HttpResponse<Void>> answer)
      throws IOException {
    while (true) {
      long before = startOfRest();
      try {
        return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (startOfRest() == before) {
          answer.cancel(true);
          throw new IOException("no bytes for " + timeout.toMillis() / 1000.0 + " s", e);
        }
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw new RefusedException("interrupted");
      } catch (ExecutionException e) {
        throw asIoException(e);
      }
    }
  }

  /** Whatever the client wrapped it in, a refusal inside is what matters. */
  private static IOException asIoException(ExecutionException failure) {
    IOException outermost = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedException refused) {
        return refused;
      }
      if (outermost == null && cause instanceof IOException e) {
        outermost = e;
      }
    }
    return outermost != null ? outermost : new IOException(failure.getMessage(), failure);
  }

  private void requireSuccess(int status) throws IOException {
    if (status == OK || status == PARTIAL_CONTENT) {
      return;
    }
    if (status == RANGE_NOT_SATISFIABLE) {
      startOver();
    }
    String message = "the server answers with status " + status;
    boolean passing =
        status == RANGE_NOT_SATISFIABLE || status == TOO_MANY_REQUESTS || status >= SERVER_ERROR;
    throw passing ? new IOException(message) : new RefusedException(message);
  }
}
