package io.foolproof.attack.search;

import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Runs searches side by side that are each written for one sample and only ask the model questions.
 *
 * <p>A search is a chain of turns: it asks about points, and from the answers makes its next turn.
 * Here the queries of all samples, whatever each is busy with, are packed into common batches. What
 * a search sees depends on its own sample alone, so that batches change nothing; and no search can
 * ask more than its budget, which is counted here and nowhere else.
 */
public final class Dialogue {
  /**
   * Added to what searches within epsilon hear of a randomised model: a success ends them, and a
   * lucky draw is none. They only compare margins.
   */
  private static final double NO_SUCCESS = 1e6;

  /** Points in one evaluation: enough to keep a core busy, few enough for any image's memory. */
  private static final int TOGETHER = 48;

  private final ClosestPursuit pursuit;
  private final double reach;
  private final int queries;
  private final List<Search> searches;

  /** What a search does next. */
  public sealed interface Turn {}

  /**
   * Asks for the margins of points, negative where the sample is fooled.
   *
   * @param count how many, at least one
   * @param point makes each of them, once and in order; not to be changed afterwards
   * @param then goes on from the margins; not called when the budget ends before the last point
   */
  public record Ask(int count, IntFunction<float[]> point, Function<double[], Turn> then)
      implements Turn {
    /** Without a query the budget would not bound the search. */
    public Ask {
      if (count < 1) {
        throw new IllegalArgumentException("a query of " + count + " points");
      }
    }
  }

  /** Ends the search. */
  public record Done() implements Turn {}

  /**
   * What a search is about.
   *
   * @param image the clean image
   * @param label the right class
   * @param stream its random numbers
   */
  public record Subject(float[] image, int label, RandomStream stream) {}

  /** What a search is asking now, and the answers so far. */
  private final class Search {
    private final int member;
    private Turn turn;
    private double[] margins = {};
    private int asked;
    private int answered;

    Search(int member, Turn opening) {
      this.member = member;
      next(opening);
    }

    private void next(Turn turn) {
      this.turn = turn;
      int left = (int) Math.max(0, queries - pursuit.forwards(member));
      margins = new double[turn instanceof Ask ask ? Math.min(ask.count, left) : 0];
      asked = 0;
      answered = 0;
    }

    int open() {
      return margins.length - asked;
    }

    float[] point() {
      return ((Ask) turn).point.apply(asked++);
    }

    void hear(double margin) {
      boolean neverEnds = pursuit.isRandom() && Double.isFinite(reach);
      margins[answered++] = neverEnds ? margin + NO_SUCCESS : margin;
    }

    /**
     * Goes on where all was answered; ends where that was not all that it wanted to know, or where
     * no more is wanted of the sample.
     */
    void goOn() {
      while (turn instanceof Ask ask && answered == margins.length) {
        boolean whole =
            answered == ask.count && !pursuit.isBroken(member) && pursuit.goesOn(member);
        next(whole ? ask.then.apply(margins) : new Done());
      }
    }
  }

  private Dialogue(
      ClosestPursuit pursuit,
      double reach,
      int queries,
      Lanes lanes,
      Function<Subject, Turn> opening) {
    this.pursuit = pursuit;
    this.reach = reach;
    this.queries = queries;
    this.searches =
        IntStream.range(0, lanes.size())
            .mapToObj(
                lane ->
                    new Search(lanes.members()[lane], opening.apply(pursuit.subject(lanes, lane))))
            .toList();
  }

  /** Asks whether one point fools the model. */
  public static Turn about(float[] point, Function<Boolean, Turn> then) {
    return new Ask(1, i -> point, margins -> then.apply(margins[0] < 0));
  }

  /** Searches for the closest adversarial point of every sample that is not fooled already. */
  public static void run(ClosestPursuit pursuit, int queries, Function<Subject, Turn> opening) {
    within(Double.POSITIVE_INFINITY, pursuit, queries, opening);
  }

  /**
   * As {@link #run}, of attacks that stay within epsilon: rounding must not lead out of it.
   *
   * @param reach epsilon
   * @param queries how often the model is asked about a sample at most, the clean image included
   * @param opening the first turn of a sample's search
   */
  public static void within(
      double reach, ClosestPursuit pursuit, int queries, Function<Subject, Turn> opening) {
    pursuit.search(
        0,
        lanes -> {
          Dialogue dialogue = new Dialogue(pursuit, reach, queries, lanes, opening);
          while (dialogue.goesOn()) {}
        });
  }

  /**
   * One evaluation, of what those ask that were answered least: so all end at about the same time,
   * and few evaluations are not full. False when nobody asks anything.
   */
  private boolean goesOn() {
    List<Search> asking = new ArrayList<>(TOGETHER);
    searches.forEach(Search::goOn);
    searches.stream()
        .filter(search -> search.open() > 0)
        .sorted(Comparator.comparingLong(search -> pursuit.forwards(search.member)))
        .forEach(
            search ->
                asking.addAll(
                    Collections.nCopies(
                        Math.min(search.open(), TOGETHER - asking.size()), search)));
    if (asking.isEmpty()) {
      return false;
    }
    int[] members = asking.stream().mapToInt(search -> search.member).toArray();
    float[][] points = asking.stream().map(Search::point).toArray(float[][]::new);
    double[] margins = pursuit.ask(members, points, reach);
    for (int row = 0; row < margins.length; row++) {
      asking.get(row).hear(margins[row]);
    }
    return true;
  }
}
