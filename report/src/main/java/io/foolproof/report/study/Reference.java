package io.foolproof.report.study;

import java.util.List;

/** What the page refers to, in the order of its numbers. */
enum Reference {
  SEED("On adversarial machine learning and extrapolation, 2023, pulk.in"),
  SZEGEDY("Szegedy et al.: Intriguing properties of neural networks, 2013, arXiv 1312.6199"),
  GOODFELLOW(
      "Goodfellow, Shlens, Szegedy: Explaining and harnessing adversarial examples, 2014, arXiv"
          + " 1412.6572"),
  ZHANG(
      "Zhang, Bengio, Hardt, Recht, Vinyals: Understanding deep learning requires rethinking"
          + " generalization, 2016, arXiv 1611.03530"),
  BALESTRIERO(
      "Balestriero, Pesenti, LeCun: Learning in high dimension always amounts to extrapolation,"
          + " 2021, arXiv 2110.09485"),
  YOUSEFZADEH(
      "Yousefzadeh: Deep learning generalization and the convex hull of training sets, 2021, arXiv"
          + " 2101.09849"),
  ELEKES("Elekes: A geometric inequality and the complexity of computing volume, 1986"),
  BARANY("Bárány, Füredi: On the shape of the convex hull of random points, 1988"),
  MADRY(
      "Madry, Makelov, Schmidt, Tsipras, Vladu: Towards deep learning models resistant to"
          + " adversarial attacks, 2017, arXiv 1706.06083"),
  KURAKIN(
      "Kurakin, Goodfellow, Bengio: Adversarial examples in the physical world, 2016, arXiv"
          + " 1607.02533"),
  SYNTHESIZING(
      "Athalye, Engstrom, Ilyas, Kwok: Synthesizing robust adversarial examples, 2017, arXiv"
          + " 1707.07397"),
  ROSS(
      "Ross, Doshi-Velez: Improving the adversarial robustness and interpretability of deep neural"
          + " networks by regularizing their input gradients, 2017, arXiv 1711.09404"),
  SIMARD(
      "Simard, LeCun, Denker: Efficient pattern recognition using a new transformation distance,"
          + " 1992"),
  BENGIO(
      "Bengio, Léonard, Courville: Estimating or propagating gradients through stochastic neurons,"
          + " 2013, arXiv 1308.3432"),
  OBFUSCATED(
      "Athalye, Carlini, Wagner: Obfuscated gradients give a false sense of security, 2018, arXiv"
          + " 1802.00420"),
  TRADES(
      "Zhang, Yu, Jiao, Xing, El Ghaoui, Jordan: Theoretically principled trade-off between"
          + " robustness and accuracy, 2019, arXiv 1901.08573"),
  FAST("Wong, Rice, Kolter: Fast is better than free, 2020, arXiv 2001.03994"),
  GOWAL(
      "Gowal, Qin, Uesato, Mann, Kohli: Uncovering the limits of adversarial training, 2020, arXiv"
          + " 2010.03593"),
  AUTO_ATTACK(
      "Croce, Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse"
          + " parameter-free attacks, 2020, arXiv 2003.01690"),
  TSIPRAS(
      "Tsipras, Santurkar, Engstrom, Turner, Madry: Robustness may be at odds with accuracy, 2018,"
          + " arXiv 1805.12152");

  private final String text;

  Reference(String text) {
    this.text = text;
  }

  /** On the page, from 1. */
  int number() {
    return List.of(values()).indexOf(this) + 1;
  }

  String text() {
    return text;
  }
}
