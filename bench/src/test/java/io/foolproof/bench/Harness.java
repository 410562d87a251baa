package io.foolproof.bench;

import io.foolproof.attack.ExactWitnesses;
import java.util.List;
import java.util.Map;

/** Starts a test that takes as long as it is given, by its name. */
public final class Harness {
  private static final String USAGE =
      "usage: bench/run fuzz SECONDS [SEED], bench/run kill|tamper N [SEED], bench/run sheets PHOTOS [SEED],"
          + " or bench/run witnesses IMAGES";

  private Harness() {}

  /**
   * {@code fuzz} and how many seconds; {@code kill} or {@code tamper} and how many; {@code sheets}
   * and how many photographs; {@code witnesses} and how many images each attack attacks in each
   * norm.
   */
  public static void main(String[] arguments) throws Exception {
    List<String> given = List.of(arguments);
    if (given.size() < 2 || given.size() > 3) {
      System.err.println(USAGE);
      return;
    }
    long seed = given.size() > 2 ? Long.parseLong(given.get(2)) : 0;
    switch (given.get(0)) {
      case "fuzz" -> FuzzHarness.run(Double.parseDouble(given.get(1)), seed);
      case "kill" -> KillHarness.run(Integer.parseInt(given.get(1)), seed);
      case "tamper" -> TamperHarness.run(Integer.parseInt(given.get(1)), seed);
      case "sheets" -> SheetHarness.run(Integer.parseInt(given.get(1)), seed);
      case "witnesses" -> witnesses(Integer.parseInt(given.get(1)));
      default -> System.err.println(USAGE);
    }
  }

  private static void witnesses(int images) {
    Map<String, Integer> checked = ExactWitnesses.check(images);
    System.out.printf(
        "%,d adversarial examples of %d attacks and norms hold in exact arithmetic%n",
        checked.values().stream().mapToInt(Integer::intValue).sum(), checked.size());
  }
}
