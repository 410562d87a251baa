package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where published data sets are looked for, in this order, and where they are downloaded to.
 *
 * <p>In each folder the files may be in a subfolder of the set's name or in the folder itself, with
 * or without {@code .gz} at the end of their names.
 *
 * @param dataDir the folder the user named; what is not there is not looked for elsewhere
 * @param environmentDir the folder that the environment names ({@value #ENVIRONMENT_VARIABLE})
 * @param cache the user's cache, where downloads go
 * @param remote how to download; empty to stay off the network
 */
public record DataLocations(
    Optional<Path> dataDir, Optional<Path> environmentDir, Path cache, Optional<Remote> remote) {

  /** The environment variable that names a folder of data sets. */
  public static final String ENVIRONMENT_VARIABLE = "FOOLPROOF_DATA";

  /**
   * Where to download from.
   *
   * @param base the address of a set's files, ending in a slash
   */
  public record Remote(Downloader downloader, Function<PublishedSet, URI> base) {}

  /** The two files of a part of a set. */
  record Located(Path images, Path labels) {}

  /**
   * The places that are usual on this operating system.
   *
   * @param dataDir the folder the user named, if any
   * @param environment the environment variables: {@value #ENVIRONMENT_VARIABLE}, and those that
   *     say where caches are
   */
  public static DataLocations of(
      Optional<Path> dataDir, Map<String, String> environment, Optional<Remote> remote) {
    return new DataLocations(
        dataDir,
        path(environment, ENVIRONMENT_VARIABLE),
        cache(environment, System.getProperty("os.name", ""), System.getProperty("user.home", ".")),
        remote);
  }

  /**
   * The folder that {@value #ENVIRONMENT_VARIABLE} names, then the user's cache, then a download,
   * which is checked.
   */
  public static DataLocations usual() {
    Downloader downloader =
        new Downloader(Downloader.Patience.standard(), Downloader.Progress.NONE);
    return of(
        Optional.empty(), System.getenv(), Optional.of(new Remote(downloader, PublishedSet::base)));
  }

  /** The user's cache for this program, as the operating system has it. */
  static Path cache(Map<String, String> environment, String system, String home) {
    if (system.startsWith("Windows")) {
      return path(environment, "LOCALAPPDATA")
          .orElse(Path.of(home, "AppData", "Local"))
          .resolve("foolproof")
          .resolve("cache");
    }
    Path usual =
        system.startsWith("Mac") ? Path.of(home, "Library", "Caches") : Path.of(home, ".cache");
    return path(environment, "XDG_CACHE_HOME").orElse(usual).resolve("foolproof");
  }

  /**
   * Finds the files of a part of a set, downloading them if they are nowhere.
   *
   * @throws InvalidInputException if there is no way to have them
   */
  Located locate(PublishedSet set, PublishedSet.Part part) {
    List<Path> folders = new ArrayList<>();
    dataDir.ifPresentOrElse(
        folders::add,
        () -> {
          environmentDir.ifPresent(folders::add);
          folders.add(cache);
        });
    for (Path folder : folders) {
      Optional<Located> found = find(folder, set, part);
      if (found.isPresent()) {
        return found.get();
      }
    }
    if (dataDir.isPresent() || remote.isEmpty()) {
      throw notFound(set, part, folders);
    }
    Remote from = remote.get();
    Path target = cache.resolve(set.id());
    URI base = from.base().apply(set);
    return new Located(
        from.downloader().download(base, part.images(), target),
        from.downloader().download(base, part.labels(), target));
  }

  private static Optional<Located> find(Path folder, PublishedSet set, PublishedSet.Part part) {
    return Stream.of(folder.resolve(set.id()), folder)
        .flatMap(
            place ->
                find(place, part.images().name())
                    .flatMap(
                        images ->
                            find(place, part.labels().name())
                                .map(labels -> new Located(images, labels)))
                    .stream())
        .findFirst();
  }

  private static Optional<Path> find(Path place, String gzipped) {
    String unpacked = gzipped.replaceFirst("\\.gz$", "");
    return Stream.of(gzipped, unpacked)
        .map(place::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private InvalidInputException notFound(
      PublishedSet set, PublishedSet.Part part, List<Path> folders) {
    return new InvalidInputException(
        "%s: no %s and %s (with or without .gz) in %s or its subfolder %s; put them there%s"
            .formatted(
                set.id(),
                part.images().name(),
                part.labels().name(),
                String.join(" or ", folders.stream().map(Path::toString).toList()),
                set.id(),
                dataDir.isPresent() ? ", or name no data folder to download them" : ""));
  }

  private static Optional<Path> path(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isBlank())
        .map(Path::of);
  }
}
