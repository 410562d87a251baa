package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttacksTest {

  @Test
  void settingsAreReadAndWrittenAlike() {
    Attack attack = Attacks.parse("pgd:restarts=3:steps=100");
    assertThat(attack).isEqualTo(new Pgd("pgd", 100, 0.1, 3, true, Loss.CROSS_ENTROPY));
    for (Attacks.Entry entry : Attacks.all()) {
      Attack standard = entry.make();
      assertThat(Attacks.parse(standard.settings())).isEqualTo(standard);
    }
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
