package io.foolproof.report;

import java.util.List;

/** The names of classes; a model may have more classes than its data has names for. */
public record ClassNames(List<String> names) {

  public String of(int label) {
    return label >= 0 && label < names.size() ? names.get(label) : "class " + label;
  }
}
