package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.training.Training;

/** Cross-entropy of the images, Adam, one cycle, light augmentation. */
public record Plain() implements Recipe {
  @Override
  public Training training() {
    return Training.plain();
  }

  @Override
  public Architecture net() {
    return Architecture.CNN;
  }

  @Override
  public String differs() {
    return "";
  }
}
