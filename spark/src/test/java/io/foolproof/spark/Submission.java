package io.foolproof.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Submits the application as {@code spark-submit} does, to a cluster on this machine whose
 * executors are processes of their own.
 *
 * @param process the driver
 * @param err its standard error
 */
record Submission(Process process, Path err) {
  /** What the build makes: the jars of Spark, as a distribution has them. */
  private static final Path HOME = Path.of("target", "spark").toAbsolutePath();

  /**
   * Starts the driver.
   *
   * @param folder where it runs, and its output goes
   * @param settings of Spark
   */
  static Submission start(Path folder, String master, Map<String, String> settings, Object... words)
      throws IOException {
    Path application = Files.createFile(folder.resolve("application.jar"));
    try (var jar = new java.util.jar.JarOutputStream(Files.newOutputStream(application))) {
      // Its classes are on the class path.
      jar.finish();
    }
    String ours = classPathWithoutSpark();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-cp"));
    command.add(ours + File.pathSeparator + HOME.resolve("jars") + File.separator + "*");
    command.addAll(List.of(SparkSubmit.class.getName(), "--master", master));
    command.addAll(List.of("--class", FoolproofSpark.class.getName()));
    Map<String, String> usual =
        Map.of(
            "spark.ui.enabled", "false",
            "spark.driver.host", "127.0.0.1",
            "spark.executor.memory", "1g",
            "spark.executor.extraClassPath", ours);
    for (Map<String, String> some : List.of(usual, settings)) {
      some.forEach((name, value) -> command.addAll(List.of("--conf", name + "=" + value)));
    }
    command.add(application.toString());
    Arrays.stream(words).map(String::valueOf).forEach(command::add);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("SPARK_HOME", HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_WORKER_DIR", folder.resolve("work").toString());
    Path err = folder.resolve("err.txt");
    Process process =
        builder
            .redirectError(err.toFile())
            .redirectOutput(folder.resolve("out.txt").toFile())
            .start();
    return new Submission(process, err);
  }

  private static String classPathWithoutSpark() throws IOException {
    Set<String> spark;
    try (Stream<Path> jars = Files.list(HOME.resolve("jars"))) {
      spark = jars.map(jar -> String.valueOf(jar.getFileName())).collect(Collectors.toSet());
    }
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator, -1))
        .filter(part -> !spark.contains(String.valueOf(Path.of(part).getFileName())))
        .filter(part -> !part.contains("slf4j-simple"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The processes of its executors, the only ones that a driver starts here. */
  List<ProcessHandle> executors() {
    return process
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .toList();
  }

  /** What it said so far. */
  String said() throws IOException {
    return Files.readString(err);
  }
}
