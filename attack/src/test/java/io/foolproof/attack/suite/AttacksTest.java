package io.foolproof.attack.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.Loss;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.tensor.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttacksTest {

  @Test
  void settingsAreReadAndWrittenAlike() {
    Attack attack = Attacks.parse("pgd:restarts=3:steps=100");
    assertThat(attack).isEqualTo(new Pgd("pgd", 100, 0.1, 3, true, Loss.CROSS_ENTROPY));
    for (AttackEntry entry : Attacks.all()) {
      Attack standard = Attacks.make(entry);
      assertThat(Attacks.parse(standard.settings())).isEqualTo(standard);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "apgd:eot=20",
        "fmn:eot=3:eot-angle=10.0:eot-shift=2.5:eot-scale=0.1",
        "pgd:bpda=hardtanh",
        "apgd-t:eot=5:bpda=surrogate",
        "transfer:by=vmifgsm"
      })
  void whatGoesAroundHiddenGradientsIsReadAndWrittenAlike(String text) {
    Attack attack = Attacks.parse(text);
    assertThat(Attacks.parse(attack.settings())).isEqualTo(attack);
    assertThat(attack.settings()).contains(text.substring(text.indexOf(':') + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "autofool, 'there is no attack ''autofool''; there are noise, fgsm'",
    "pgd:step, 'is not of the form setting=value'",
    "pgd:stepz=1, 'has no setting ''stepz''; it has steps, step, restarts, loss'",
    "fgsm:steps=3, 'has no setting ''steps''; it has none'",
    "pgd:steps=many, 'give a whole number such as 40'",
    "pgd:steps=0, 'give 1 or more'",
    "pgd:restarts=-1, 'give 1 or more'",
    "pgd:loss=dlt, 'give one of ce, margin, dlr'",
    "pgd:step=NaN, 'give a positive number'",
    "pgd:eot=0, 'eot: draws=0: give 1 or more'",
    "pgd:eot=20:eot-angle=-5, 'give a number that is not negative'",
    "pgd:eot-scale=1, 'give a share from 0 to less than 1'",
    "square:eot=20, 'square follows no gradients, and eot=20 changes nothing else'",
    "noise:bpda=identity, 'noise follows no gradients'",
    "pgd:bpda=round, 'give one of identity, hardtanh, surrogate'",
    "transfer:by=square, 'give an attack that follows each image''s gradient and stays within epsilon'",
    "transfer:by=fmn, 'give an attack that follows each image''s gradient and stays within epsilon'",
    "transfer:by=stadv, 'give an attack that follows each image''s gradient'",
    "transfer:by=uap, 'give an attack that follows each image''s gradient'",
    "fabt:targets=0, 'give 1 or more'",
    "spatial:angles=0, 'spatial: angles=0: give 1 or more'",
    "spatial:shifts=0, 'spatial: shifts=0: give 1 or more'",
    "spatial:angle=-5, 'spatial: angle=-5.0: give a number that is not negative'",
    "spatial:shift=NaN, 'give a number that is not negative'",
    "stadv:steps=0, 'give 1 or more'",
    "stadv:tau=-1, 'stadv: tau=-1.0: give a number that is not negative'",
    "uap:epochs=0, 'uap: epochs=0: give 1 or more'",
    "difgsm:diversity=2, 'give a probability from 0 to 1'"
  })
  void whatIsWrongIsSaid(String text, String message) {
    assertThatThrownBy(() -> Attacks.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }
}
