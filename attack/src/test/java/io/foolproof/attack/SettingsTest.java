package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Follows;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.attack.setting.Positive;
import io.foolproof.attack.setting.Probability;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final Toy TOY =
      new Toy(5, 5, 1, 0, 0.5, 0, 1, true, Loss.DLR, new Other(), "kept");

  private static Toy read(String text) {
    Settings settings = Settings.parse(text, name -> new Other());
    Toy toy = settings.read(TOY);
    settings.refuseUnknown();
    return toy;
  }

  @Test
  void aRecordIsReadAndWritten() {
    String text =
        "toy:steps=7:rounds=9:step=2.5:floor=0.0:alpha=0.25:scale=0.9:chance=0.0:fast=false"
            + ":loss=margin:by=one";
    Toy toy = read(text);
    assertThat(toy)
        .isEqualTo(new Toy(7, 9, 2.5, 0, 0.25, 0.9, 0, false, Loss.MARGIN, new Other(), "kept"));
    assertThat(toy.settings()).isEqualTo(text);
    assertThat(read("toy")).isEqualTo(TOY);
  }

  @Test
  void oneSettingFollowsAnotherUntilItIsGiven() {
    assertThat(read("toy:steps=7").rounds()).isEqualTo(7);
    assertThat(read("toy:rounds=7").steps()).isEqualTo(5);
    assertThat(read("toy:steps=7:rounds=5").rounds()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "steps=0, 'toy: steps=0: give 1 or more'",
    "steps=1.5, 'toy: steps=1.5: give a whole number such as 5'",
    "step=x, 'toy: step=x: give a number such as 1.0'",
    "step=0, 'toy: step=0.0: give a positive number'",
    "step=Infinity, 'toy: step=Infinity: give a positive number'",
    "floor=-0.5, 'toy: floor=-0.5: give a number that is not negative'",
    "floor=Infinity, 'toy: floor=Infinity: give a number that is not negative'",
    "alpha=0, 'toy: alpha=0.0: give a number between 0 and 1'",
    "alpha=1, 'toy: alpha=1.0: give a number between 0 and 1'",
    "scale=1, 'toy: scale=1.0: give a fraction from 0 to less than 1'",
    "scale=NaN, 'toy: scale=NaN: give a fraction from 0 to less than 1'",
    "chance=1.5, 'toy: chance=1.5: give a probability from 0 to 1'",
    "chance=-1, 'toy: chance=-1.0: give a probability from 0 to 1'",
    "fast=yes, 'toy: fast=yes: give one of true, false'",
    "loss=hinge, 'toy: loss=hinge: give one of ce, margin, dlr, success'",
    "pool=x, 'toy has no setting ''pool''; it has steps, rounds, step, floor, alpha, scale, chance,"
        + " fast, loss, by'",
    "steps=3:steps=4, '''toy:steps=3:steps=4'': steps is given twice; give it once'",
    "=3, '''toy:=3'': ''=3'' is not of the form setting=value'"
  })
  void whatIsOutOfBoundsIsSaid(String setting, String message) {
    assertThatThrownBy(() -> read("toy:" + setting))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void numbersMayBeFractions() {
    assertThat(read("toy:chance=64/255").chance()).isEqualTo(64.0 / 255);
    assertThatThrownBy(() -> read("toy:chance=1/x"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("toy: chance=1/x: give a number such as ");
  }

  @Test
  void programsMeetTheSameBounds() {
    assertThatThrownBy(() -> TOY.withSteps(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("toy: steps=0: give 1 or more");
    assertThatThrownBy(() -> new Toy(5, 0, 1, 0, 0.5, 0, 1, true, Loss.DLR, TOY, ""))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("toy: rounds=0: give 1 or more");
    assertThatThrownBy(() -> Settings.check(Toy.class, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 11 components, but 2 values");
  }

  @Test
  void whatCannotBeSettingsIsSaid() {
    assertThatThrownBy(() -> new AttackEntry(new Plain(), "", "", ""))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Plain is not a record");
    assertThatThrownBy(() -> new AttackEntry(new Texts("x"), "", "", ""))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("component 'text' is of type String, which cannot be a setting");
    assertThatThrownBy(() -> new Nameless(1).name())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Nameless has no name: annotate it with @Named");
  }

  /** One that does nothing. */
  private interface Idle extends Attack {
    @Override
    default Set<Norm> norms() {
      return Set.of();
    }

    @Override
    default List<AttackResult> run(
        Classifier model, Samples samples, ThreatModel threat, long seed) {
      return List.of();
    }
  }

  @Named("toy")
  private record Toy(
      @AtLeast(1) int steps,
      @AtLeast(1) @Follows("steps") int rounds,
      @Named("step") @Positive double relativeStep,
      @NotNegative double floor,
      @Fraction double alpha,
      @Fraction(orZero = true) double scale,
      @Probability double chance,
      boolean fast,
      Loss loss,
      Attack by,
      @NotASetting String pool)
      implements Idle, HasSteps<Toy> {
    Toy {
      Settings.check(
          Toy.class,
          steps,
          rounds,
          relativeStep,
          floor,
          alpha,
          scale,
          chance,
          fast,
          loss,
          by,
          pool);
    }
  }

  @Named("one")
  private record Other() implements Idle {}

  private record Nameless(int steps) implements Idle {}

  private record Texts(String text) implements Idle {}

  private static final class Plain implements Idle {
    @Override
    public String name() {
      return "plain";
    }
  }
}
