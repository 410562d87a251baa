package io.foolproof.report.study;

import io.foolproof.data.ImageSet;
import io.foolproof.report.Numbers;
import io.foolproof.study.StudyPlan;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the page calls things: digits are digits, all else are images.
 *
 * @param digits whether the classes are the ten digits
 */
record Words(boolean digits, List<String> classNames) {

  static Words of(StudyPlan plan) {
    ImageSet images = plan.training();
    List<String> names = images.classNames();
    return new Words(
        names.equals(IntStream.range(0, 10).mapToObj(Integer::toString).toList()), names);
  }

  String one() {
    return digits ? "digit" : "image";
  }

  String many() {
    return digits ? "digits" : "images";
  }

  /** With its article. */
  String a() {
    return digits ? "a digit" : "an image";
  }

  /** A number of them. */
  String count(long number) {
    return Numbers.count(number, one(), many());
  }

  /** A summary of a net without how many weights it has for digits, where there are none. */
  String summary(String text) {
    return digits ? text : text.replaceAll(": [0-9,]+ weights for digits$", "");
  }

  String name(int label) {
    return label >= 0 && label < classNames.size() ? classNames.get(label) : "class " + label;
  }
}
