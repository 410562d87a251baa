package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DownloaderTest {
  private static final byte[] CONTENT = TestFiles.counting(300_000);
  private static final RemoteFile FILE = remote("data.bin", CONTENT);

  private final Path folder;

  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private final AtomicLong reported = new AtomicLong();
  private final CountDownLatch done = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server = start();

  DownloaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Answers a request; the number counts the requests from 1. */
  private interface Answer {
    void to(HttpExchange exchange, int number, long from) throws IOException;
  }

  @BeforeEach
  void serve() {
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    done.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void downloadsOnceAndReportsProgress() throws IOException {
    answer((exchange, number, from) -> send(exchange, 200, CONTENT, 0, CONTENT.length));

    Path file = download(FILE);
    assertThat(download(FILE)).isEqualTo(file).isEqualTo(folder.resolve("sub/data.bin"));
    assertThat(Files.readAllBytes(file)).isEqualTo(CONTENT);
    assertThat(ranges).containsExactly("");
    assertThat(reported).hasValue(CONTENT.length);
    assertThat(part()).doesNotExist();
  }

  @Test
  void aCutConnectionGoesOnWhereItStopped() throws IOException {
    answer(
        (exchange, number, from) -> {
          int until = number == 1 ? 100_000 : CONTENT.length;
          exchange
              .getResponseHeaders()
              .set("Content-Range", "bytes %d-299999/300000".formatted(from));
          send(exchange, from > 0 ? 206 : 200, CONTENT, (int) from, until);
        });

    assertThat(Files.readAllBytes(download(FILE))).isEqualTo(CONTENT);
    assertThat(ranges).hasSize(2);
    assertThat(ranges.get(1)).matches("bytes=[1-9][0-9]*-");
  }

  @Test
  void whatAnEarlierRunLeftIsUsed() throws IOException {
    leave(Arrays.copyOf(CONTENT, 299_000));
    answer(
        (exchange, number, from) -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 299000-299999/300000");
          send(exchange, 206, CONTENT, 299_000, CONTENT.length);
        });

    assertThat(Files.readAllBytes(download(FILE))).isEqualTo(CONTENT);
    assertThat(ranges).containsExactly("bytes=299000-");
  }

  @Test
  void aServerThatCannotGoOnStartsOver() throws IOException {
    leave(new byte[1000]);
    answer((exchange, number, from) -> send(exchange, 200, CONTENT, 0, CONTENT.length));

    assertThat(Files.readAllBytes(download(FILE))).isEqualTo(CONTENT);
  }

  @Test
  void aServerThatGoesOnElsewhereIsNotBelieved() throws IOException {
    leave(new byte[1000]);
    answer(
        (exchange, number, from) -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 5-299999/300000");
          boolean first = number == 1;
          send(exchange, first ? 206 : 200, CONTENT, first ? 5 : 0, CONTENT.length);
        });

    assertThat(Files.readAllBytes(download(FILE))).isEqualTo(CONTENT);
  }

  @Test
  void aWrongChecksumLeavesNothingBehind() {
    byte[] other = CONTENT.clone();
    other[7] ^= 1;
    answer((exchange, number, from) -> send(exchange, 200, other, 0, other.length));

    assertRefused("downloaded, but its SHA-256 is", "expected " + FILE.sha256());
    assertThat(folder.resolve("sub")).isEmptyDirectory();
  }

  @Test
  void moreThanExpectedIsNotTaken() {
    byte[] more = TestFiles.counting(CONTENT.length + 1);
    answer((exchange, number, from) -> send(exchange, 200, more, 0, more.length));

    assertRefused("the server sends more than the expected 300,000 bytes");
    assertThat(folder.resolve("sub")).isEmptyDirectory();
  }

  @Test
  void aMissingFileIsNotAskedForAgain() {
    answer((exchange, number, from) -> exchange.sendResponseHeaders(404, -1));

    assertRefused("data.bin: cannot be downloaded from http://", "status 404");
    assertThat(ranges).hasSize(1);
    assertThat(folder.resolve("sub")).isEmptyDirectory();
  }

  @Test
  void aServerInTroubleIsAskedAgain() throws IOException {
    answer(
        (exchange, number, from) -> {
          if (number < 3) {
            exchange.sendResponseHeaders(503, -1);
          } else {
            send(exchange, 200, CONTENT, 0, CONTENT.length);
          }
        });

    assertThat(Files.readAllBytes(download(FILE))).isEqualTo(CONTENT);
  }

  @Test
  void silenceIsGivenUp() {
    answer(
        (exchange, number, from) -> {
          if (number > 1) {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 1000);
            exchange.getResponseBody().flush();
          }
          await(done);
        });

    assertRefused("no bytes for 0.3 s");
    assertThat(ranges).hasSize(3);
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    server.stop(0);

    assertRefused("cannot be downloaded from http://", "try again, or put the file there by hand");
  }

  @Test
  void publishedSetsAreDownloadedIntoTheCache() throws IOException {
    byte[] images = TestFiles.gzip(TestFiles.idx(new int[] {2, 1, 1}, new byte[] {0, 9}));
    byte[] labels = TestFiles.gzip(TestFiles.idx(new int[] {2}, new byte[] {1, 0}));
    PublishedSet.Part test =
        new PublishedSet.Part(
            remote("images.gz", images), remote("labels.gz", labels), List.of(1, 0));
    PublishedSet set =
        new PublishedSet(
            "tiny", URI.create("http://nowhere.invalid/"), List.of("a", "b"), test, test);
    answer(
        (exchange, number, from) -> {
          byte[] bytes = exchange.getRequestURI().getPath().contains("images") ? images : labels;
          send(exchange, 200, bytes, 0, bytes.length);
        });
    Path cache = folder.resolve("cache");
    DataLocations.Remote remote = new DataLocations.Remote(downloader(), any -> base());
    DataLocations online =
        new DataLocations(Optional.empty(), Optional.empty(), cache, Optional.of(remote));

    assertThat(set.open(Split.TEST, online).label(0)).isEqualTo(1);
    assertThat(cache.resolve("tiny/images.gz")).hasBinaryContent(images);
    assertThat(set.open(Split.TEST, TestFiles.only(cache)).size()).isEqualTo(2);
  }

  private static HttpServer start() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(Answer answer) {
    server.createContext(
        "/",
        exchange -> {
          String range =
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse("");
          ranges.add(range);
          long from = range.isEmpty() ? 0 : Long.parseLong(range.replaceAll("\\D", ""));
          try (exchange) {
            answer.to(exchange, ranges.size(), from);
          }
        });
  }

  /** Sends bytes {@code from} to {@code until}, having promised all from {@code from} on. */
  private static void send(HttpExchange exchange, int status, byte[] bytes, int from, int until)
      throws IOException {
    exchange.sendResponseHeaders(status, bytes.length - from);
    exchange.getResponseBody().write(bytes, from, until - from);
    exchange.getResponseBody().flush();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RemoteFile remote(String name, byte[] content) {
    var digest = Hashes.sha256();
    digest.update(content);
    return new RemoteFile(name, content.length, Hashes.hex(digest));
  }

  private URI base() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  private Downloader downloader() {
    Downloader.Patience patience =
        new Downloader.Patience(Duration.ofMillis(300), 3, Duration.ofMillis(1));
    return new Downloader(patience, (file, now, total) -> reported.set(now));
  }

  private Path download(RemoteFile file) {
    return downloader().download(base(), file, folder.resolve("sub"));
  }

  private Path part() {
    return folder.resolve("sub/data.bin.part");
  }

  private void leave(byte[] bytes) throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Files.write(part(), bytes);
  }

  private void assertRefused(String... messages) {
    assertThatThrownBy(() -> download(FILE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(messages);
  }
}
