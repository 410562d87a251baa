package io.foolproof.report.study;

import io.foolproof.report.Numbers;
import io.foolproof.report.draw.Strip;
import io.foolproof.study.Estimate;
import io.foolproof.study.figure.OnPaper;
import java.util.ArrayList;
import java.util.List;

/** Adversarial examples through a simulated printer and camera. */
record PaperView(OnPaper.Found found, Words words, Strip strip) implements View {
  private static final int SIDE = 84;

  static PaperView of(OnPaper.Found found, Words words) {
    Drawn drawn = new Drawn(found.shape(), SIDE);
    List<Strip.Tile> tiles = new ArrayList<>();
    for (OnPaper.Row row : found.rows()) {
      String name = name(row);
      tiles.add(
          new Strip.Tile(
              drawn.image(row.example()),
              "%s, on the screen, classified as %s".formatted(name, words.name(row.prediction())),
              "%s: %s".formatted(name, words.name(row.prediction()))));
      tiles.add(
          new Strip.Tile(
              drawn.image(row.photograph()),
              "%s, photographed, classified as %s"
                  .formatted(name, words.name(row.photographPrediction())),
              "photograph: " + words.name(row.photographPrediction())));
    }
    return new PaperView(found, words, new Strip("On the screen and photographed", tiles));
  }

  static String name(OnPaper.Row row) {
    return switch (row.name()) {
      case "clean" -> "clean";
      case "plain" -> "for the screen";
      default -> "for the camera";
    };
  }

  @Override
  public String template() {
    return "study/paper.jte";
  }

  @Override
  public List<Strip> drawings() {
    return List.of(strip);
  }

  OnPaper.Row row(String name) {
    return found.rows().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  /** The share of photographs that are misclassified, with its interval. */
  String photographed(String name) {
    Estimate share = row(name).photographed();
    return "%s (95 %% interval: %s)"
        .formatted(Numbers.percent(share.value()), Numbers.range(share.low(), share.high()));
  }

  boolean eotFools() {
    return row("eot").photographed().value() > 0.5;
  }

  boolean eotHelps() {
    return row("eot").photographed().value() > row("plain").photographed().value();
  }
}
