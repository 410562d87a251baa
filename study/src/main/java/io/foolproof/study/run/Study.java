package io.foolproof.study.run;

import io.foolproof.audit.Progress;
import io.foolproof.audit.journal.LineJournal;
import io.foolproof.study.Computed;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.study.figure.Figures;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Computes figures, one after another. Each is in the journal before the next begins, so that a
 * study that was killed continues with the figure that it was at.
 */
public final class Study {
  /** The journal's name in the folder of a study. */
  public static final String JOURNAL = "study.jsonl";

  private static final String WORK = "study";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Study() {}

  /**
   * A line of the journal.
   *
   * @param what the figure's number and version, or the net
   * @param seconds how long it took
   * @param found the figure's record, or what is known of the net, as JSON
   */
  record Line(String what, double seconds, String found) {
    static Line of(String what, double seconds, Record found) {
      return new Line(what, seconds, JSON.writeValueAsString(found));
    }
  }

  /**
   * Runs a study, or what is left of it.
   *
   * @param only the numbers of the figures to compute; empty for all
   * @param folder of the journal and the nets
   * @param fresh whether to drop what an earlier study found
   * @param begin what to do once the journal is known to be this study's
   * @throws InvalidInputException if a figure has no such number, or the journal or the nets cannot
   *     be written
   */
  public static StudyResult run(
      StudyPlan plan,
      Set<Integer> only,
      Path folder,
      boolean fresh,
      Runnable begin,
      Progress progress) {
    List<Figure<?>> chosen = chosen(only);
    Map<Integer, String> leftOut = new HashMap<>();
    chosen.forEach(
        figure -> {
          if (!figure.unfit(plan).isEmpty()) {
            leftOut.put(figure.number(), figure.unfit(plan));
          }
        });
    try (LineJournal<Line> journal =
            LineJournal.open(
                folder.resolve(JOURNAL), WORK, plan.identity(), Line.class, fresh, begin);
        Workers workers = new Workers()) {
      Kept kept = new Kept(folder.resolve("parts"), journal);
      Nets nets = new Nets(plan, folder.resolve("models"), journal, kept, workers, progress);
      List<Figure<?>> toDo = new ArrayList<>(chosen);
      toDo.removeIf(figure -> leftOut.containsKey(figure.number()) || kept.has(figure));
      TimeLeft time = new TimeLeft(plan.extent());
      List<Computed<?>> computed = new ArrayList<>();
      int number = 0;
      for (Figure<?> figure : chosen) {
        progress.stage(++number, chosen.size());
        if (leftOut.containsKey(figure.number())) {
          continue;
        }
        if (toDo.contains(figure)) {
          progress.left(time.of(toDo));
        }
        Computed<?> one = computed(figure, kept, nets);
        computed.add(one);
        if (toDo.remove(figure)) {
          time.took(figure, one.seconds());
        }
      }
      return new StudyResult(plan, computed, leftOut);
    }
  }

  private static <R extends Record> Computed<R> computed(Figure<R> figure, Kept kept, Nets nets) {
    return kept.figure(
        figure,
        () -> {
          nets.progress().begin("figure %d: %s".formatted(figure.number(), figure.title()), 1);
          R found = figure.compute(nets);
          nets.progress().end();
          return found;
        });
  }

  /** What a line holds. */
  static <R extends Record> R read(Line line, Class<R> type, LineJournal<Line> journal) {
    try {
      return JSON.readValue(line.found(), type);
    } catch (JacksonException e) {
      throw journal.refusal(
          Math.max(0, journal.found().indexOf(line)), "what it holds cannot be read");
    }
  }

  private static List<Figure<?>> chosen(Set<Integer> only) {
    requireFigures(only);
    return Figures.all().stream().filter(f -> only.isEmpty() || only.contains(f.number())).toList();
  }

  /**
   * Checks that there are figures of these numbers.
   *
   * @throws InvalidInputException naming one that there is not
   */
  public static void requireFigures(Collection<Integer> numbers) {
    List<Figure<?>> all = Figures.all();
    for (int number : numbers) {
      if (all.stream().noneMatch(figure -> figure.number() == number)) {
        throw new InvalidInputException(
            "there is no figure %d: give some of %s"
                .formatted(
                    number,
                    String.join(", ", all.stream().map(f -> String.valueOf(f.number())).toList())));
      }
    }
  }
}
