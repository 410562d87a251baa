package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads files and believes them only when their checksum is right.
 *
 * <p>A file grows under the name {@code <name>.part} and gets its own name, in one step, when it is
 * complete and right; so whatever has its own name can be used. A download that was cut off goes on
 * where it stopped, at once or at the next start, if the server can do that.
 */
public final class Downloader {
  private static final Logger LOG = LoggerFactory.getLogger(Downloader.class);

  private final Patience patience;
  private final Progress progress;

  /** Told how far a download is. */
  @FunctionalInterface
  public interface Progress {
    /** The file has {@code done} of {@code total} bytes; called often, from any thread. */
    void at(RemoteFile file, long done, long total);

    /** Tells nobody. */
    Progress NONE = (file, done, total) -> {};
  }

  /**
   * How long to go on trying.
   *
   * @param timeout how long the server may take to connect, to answer, and to send the next bytes
   * @param attempts how often to try, at least 1
   * @param pause between attempts
   */
  public record Patience(Duration timeout, int attempts, Duration pause) {
    /** Four attempts, two seconds apart, that give up after 30 seconds of silence. */
    public static Patience standard() {
      return new Patience(Duration.ofSeconds(30), 4, Duration.ofSeconds(2));
    }
  }

  /** A downloader that uses the proxy of the Java platform's settings, if any. */
  public Downloader(Patience patience, Progress progress) {
    this.patience = patience;
    this.progress = progress;
  }

  /** Made for each file: a client starts threads, and most runs download nothing. */
  private HttpClient client() {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(patience.timeout())
        .build();
  }

  /**
   * Downloads a file unless the folder has it already.
   *
   * @param base where the file is published; ends in a slash
   * @param folder made if it does not exist
   * @return the file in the folder
   * @throws InvalidInputException if the server does not have it or cannot be reached, or what it
   *     sends has the wrong checksum
   */
  public Path download(URI base, RemoteFile file, Path folder) {
    Path target = folder.resolve(file.name());
    if (Files.exists(target)) {
      return target;
    }
    URI source = base.resolve(file.name());
    Path part = folder.resolve(file.name() + ".part");
    try {
      Files.createDirectories(folder);
      fetch(source, file, part);
      requireChecksum(source, file, part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return target;
    } catch (IOException e) {
      deleteIfEmpty(part);
      throw new InvalidInputException(
          "%s: cannot be downloaded from %s (%s); try again, or put the file there by hand"
              .formatted(target, source, reason(e)),
          e);
    }
  }

  private void fetch(URI source, RemoteFile file, Path part) throws IOException {
    HttpClient client = client();
    try (FileChannel channel =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, part)) {
      for (int attempt = 1; channel.size() != file.size(); attempt++) {
        try {
          new HttpTransfer(client, source, file, channel, patience.timeout(), progress).run();
        } catch (IOException e) {
          boolean hopeless = e instanceof HttpTransfer.RefusedException;
          if (hopeless || attempt >= patience.attempts()) {
            throw e;
          }
          LOG.info("{}: {}, attempt {} of {}", source, reason(e), attempt, patience.attempts());
          pause();
        }
      }
    }
  }

  private static void requireChecksum(URI source, RemoteFile file, Path part) throws IOException {
    MessageDigest digest = Hashes.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(part), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    String found = Hashes.hex(digest);
    if (!found.equals(file.sha256())) {
      Files.delete(part);
      throw new InvalidInputException(
          "%s: downloaded, but its SHA-256 is %s, expected %s; what came was removed, try again or put the file there by hand"
              .formatted(source, found, file.sha256()));
    }
  }

  /** Two downloads into one file would spoil each other. */
  private static FileLock lock(FileChannel channel, Path part) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very program: as good as held by another.
    }
    throw new InvalidInputException(part + ": another download is under way; wait for it to end");
  }

  private static void deleteIfEmpty(Path part) {
    try {
      if (Files.exists(part) && Files.size(part) == 0) {
        Files.delete(part);
      }
    } catch (IOException e) {
      // An empty file left behind is no reason to hide why the download failed.
      LOG.debug("{}: cannot be removed", part, e);
    }
  }

  private void pause() throws IOException {
    try {
      Thread.sleep(patience.pause().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
