package io.foolproof.attack.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.closest.FabT;
import io.foolproof.attack.gradient.MiFgsm;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.attack.query.GeoDa;
import io.foolproof.attack.query.Square;
import io.foolproof.attack.transfer.Transfer;
import io.foolproof.tensor.InvalidInputException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttacksTest {
  /** Journals and random streams are named after these texts, so that none may ever change. */
  private static final String DEFAULTS =
      """
      noise:kind=uniform:draws=10
      fgsm
      rfgsm:alpha=0.5
      bim:steps=10
      mifgsm:steps=10:decay=1.0:diversity=0.0:smoothing=0:scales=1:neighbours=0
      nifgsm:steps=10:decay=1.0:diversity=0.0:smoothing=0:scales=1:neighbours=0
      difgsm:steps=10:decay=1.0:diversity=0.5:smoothing=0:scales=1:neighbours=0
      tifgsm:steps=10:decay=1.0:diversity=0.0:smoothing=3:scales=1:neighbours=0
      sinifgsm:steps=10:decay=1.0:diversity=0.0:smoothing=0:scales=5:neighbours=0
      vmifgsm:steps=10:decay=1.0:diversity=0.0:smoothing=0:scales=1:neighbours=20
      pgd:steps=40:step=0.1:restarts=1:loss=ce
      anneal:steps=40:step=0.3:decay=0.75
      odi:start=2:steps=20:step=0.1:restarts=5
      stripes:starts=12:steps=15:restarts=5
      multitargeted:steps=40:step=0.1:targets=9
      apgd:steps=100:restarts=1:loss=ce
      apgd-t:steps=100:targets=9:restarts=1
      malt:steps=100:targets=9
      acg:steps=100:restarts=1:loss=margin
      square:queries=5000:share=0.8:schedule=5000
      nes:queries=4000:step=0.1:pairs=50:sigma=0.01
      spsa:queries=4000:step=0.1:pairs=50:delta=0.01
      simba:queries=5000:step=1.0
      sparse-rs:queries=5000:share=0.3
      deepfool:steps=50:overshoot=0.02
      newtonfool:steps=100:eta=0.01
      ddn:steps=1000:gamma=0.05
      fmn:steps=1000:alpha=1.0:gamma=0.05
      fab:steps=100:restarts=1
      fabt:steps=100:restarts=1:targets=9
      cw:searches=9:steps=500:step=0.01
      ead:searches=9:steps=500:beta=0.01
      alma:steps=500
      pdpgd:steps=500
      sigmazero:steps=1000
      jsma:steps=60:targets=3
      bb:steps=400:rate=0.3
      closest:by=apgd-t+apgd+stripes:by.apgd-t.targets=9:by.apgd-t.restarts=1:by.apgd.restarts=1:by.apgd.loss=ce:by.stripes.starts=12:by.stripes.restarts=5:searches=12:steps=20
      genattack:queries=5000:population=6
      one-pixel:queries=10000:population=400
      zoo:queries=20000:searches=4:values=128:eta=0.05
      boundary:queries=5000:delta=0.1:epsilon=0.1
      hopskipjump:queries=5000:evaluations=100
      geoda:queries=5000:rounds=10
      sign-opt:queries=5000:directions=200
      pointwise:queries=5000
      transfer:by=mifgsm:by.steps=10:by.decay=1.0:by.diversity=0.0:by.smoothing=0:by.scales=1:by.neighbours=0
      uap:epochs=10:batch=50:step=0.2:beta=9.0
      spatial:angle=30.0:shift=3.0:angles=31:shifts=5:queries=0
      stadv:steps=100:step=0.05:tau=0.005
      """;

  /** A journal of one is no journal of the other, and what is printed gives the same attack. */
  @Test
  void transferAttacksDifferByAllThatTheirInnerAttackIs() {
    Transfer weak = new Transfer(Pgd.standard().withSteps(1), Surrogates.NONE);
    Transfer strong = new Transfer(Pgd.standard().withSteps(100), Surrogates.NONE);
    assertThat(weak.identity()).isNotEqualTo(strong.identity());
    assertThat(Attacks.parse(weak.settings())).isEqualTo(weak);
    assertThat(Attacks.parse("transfer:by=pgd:by.steps=100")).isEqualTo(strong);
    assertThat(Attacks.parse("transfer:by.steps=7"))
        .isEqualTo(new Transfer(MiFgsm.standard().withSteps(7), Surrogates.NONE));
  }

  /** Whatever an attack may take as its inner one, what is printed gives the same attack. */
  @Test
  void innerAttacksAreReadAndWrittenAlike() {
    List<String> texts = new ArrayList<>();
    for (String outer : List.of("transfer", "closest")) {
      for (AttackEntry inner : Attacks.all()) {
        String text = outer + ":by=" + inner.name();
        if (isRead(text)) {
          texts.add(text);
          Stream.of(":by.restarts=7", ":by.loss=dlr", ":by.eot=3:by.eot-shift=2.0")
              .map(text::concat)
              .filter(AttacksTest::isRead)
              .forEach(texts::add);
        }
      }
    }
    assertThat(texts)
        .contains("closest:by=acg:by.restarts=7", "transfer:by=pgd:by.eot=3:by.eot-shift=2.0")
        .hasSizeGreaterThan(40);
    for (String text : texts) {
      Attack attack = Attacks.parse(text);
      assertThat(Attacks.parse(attack.settings())).isEqualTo(attack);
      assertThat(attack.settings()).contains(text.split(":"));
    }
  }

  private static boolean isRead(String text) {
    try {
      Attacks.parse(text);
      return true;
    } catch (InvalidInputException e) {
      return false;
    }
  }

  private static final String ALL_CHANGED =
      """
      noise:kind=salt-and-pepper:draws=13
      fgsm
      rfgsm:alpha=0.25
      bim:steps=13
      mifgsm:steps=13:decay=0.5:diversity=0.25:smoothing=3:scales=4:neighbours=3
      nifgsm:steps=13:decay=0.5:diversity=0.25:smoothing=3:scales=4:neighbours=3
      difgsm:steps=13:decay=0.5:diversity=0.25:smoothing=3:scales=4:neighbours=3
      tifgsm:steps=13:decay=0.5:diversity=0.25:smoothing=6:scales=4:neighbours=3
      sinifgsm:steps=13:decay=0.5:diversity=0.25:smoothing=3:scales=8:neighbours=3
      vmifgsm:steps=13:decay=0.5:diversity=0.25:smoothing=3:scales=4:neighbours=23
      pgd:steps=43:step=0.05:restarts=4:loss=dlr
      anneal:steps=43:step=0.15:decay=0.375
      odi:start=5:steps=23:step=0.05:restarts=8
      stripes:starts=15:steps=18:restarts=8
      multitargeted:steps=43:step=0.05:targets=12
      apgd:steps=103:restarts=4:loss=dlr
      apgd-t:steps=103:targets=12:restarts=4
      malt:steps=103:targets=12
      acg:steps=103:restarts=4:loss=ce
      square:queries=5003:share=0.4:schedule=8000
      nes:queries=4003:step=0.05:pairs=53:sigma=0.005
      spsa:queries=4003:step=0.05:pairs=53:delta=0.005
      simba:queries=5003:step=0.5
      sparse-rs:queries=5003:share=0.15
      deepfool:steps=53:overshoot=0.01
      newtonfool:steps=103:eta=0.005
      ddn:steps=1003:gamma=0.025
      fmn:steps=1003:alpha=0.5:gamma=0.025
      fab:steps=103:restarts=4
      fabt:steps=103:restarts=4:targets=12
      cw:searches=12:steps=503:step=0.005
      ead:searches=12:steps=503:beta=0.005
      alma:steps=503
      pdpgd:steps=503
      sigmazero:steps=1003
      jsma:steps=63:targets=6
      bb:steps=403:rate=0.15
      closest:by=pgd:by.step=0.05:by.restarts=4:by.loss=dlr:searches=15:steps=23
      genattack:queries=5003:population=9
      one-pixel:queries=10003:population=403
      zoo:queries=20003:searches=7:values=131:eta=0.025
      boundary:queries=5003:delta=0.05:epsilon=0.05
      hopskipjump:queries=5003:evaluations=103
      geoda:queries=5003:rounds=13
      sign-opt:queries=5003:directions=203
      pointwise:queries=5003
      transfer:by=vmifgsm:by.steps=13:by.decay=0.5:by.diversity=0.25:by.smoothing=3:by.scales=4:by.neighbours=3
      uap:epochs=13:batch=53:step=0.1:beta=4.5
      spatial:angle=15.0:shift=1.5:angles=34:shifts=8:queries=3
      stadv:steps=103:step=0.025:tau=0.0025
      """;

  @Test
  void everyAttackHasTheSettingsThatItAlwaysHad() {
    assertThat(Attacks.all().stream().map(entry -> entry.standard().settings()))
        .containsExactlyElementsOf(DEFAULTS.lines().toList());
    assertThat(Attacks.all().stream().map(entry -> Attacks.parse(entry.name()).settings()))
        .containsExactlyElementsOf(DEFAULTS.lines().toList());
  }

  /** Given in any order, settings are written in the order of the record. */
  @Test
  void everySettingIsReadAndWritten() {
    List<String> changed = ALL_CHANGED.lines().toList();
    assertThat(changed).hasSameSizeAs(Attacks.all());
    for (String text : changed) {
      List<String> parts = new ArrayList<>(List.of(text.split(":")));
      Collections.reverse(parts.subList(1, parts.size()));
      assertThat(Attacks.parse(String.join(":", parts)).settings()).isEqualTo(text);
    }
  }

  static Stream<Arguments> settings() {
    return DEFAULTS
        .lines()
        .flatMap(
            text -> {
              String[] parts = text.split(":");
              return Stream.of(parts).skip(1).map(part -> Arguments.of(parts[0], part));
            });
  }

  /**
   * Each with the least that is refused; a loss, a kind and another attack have words instead. An
   * inner attack names its own settings.
   */
  @ParameterizedTest
  @MethodSource("settings")
  void everyNumberHasABound(String attack, String setting) {
    String key = setting.substring(0, setting.indexOf('='));
    boolean word = setting.matches(".*=[a-z+-]+");
    assertThatThrownBy(() -> Attacks.parse(attack + ":" + key + "=" + (word ? "none" : "-1")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            word ? "none" : ": " + key.replaceFirst("^by\\.(.*\\.)?", "") + "=-1");
  }

  /** A journal of one is no journal of the other. */
  @Test
  void anEpsilonSearchDiffersByAllThatItsAttacksAre() {
    Attack search = Attacks.parse("closest:by=apgd+stripes");
    for (String other :
        List.of(
            "closest:by=apgd",
            "closest:by=stripes+apgd",
            "closest:by=apgd+stripes:by.stripes.starts=13",
            "closest:by=apgd+stripes:steps=21")) {
      assertThat(Attacks.parse(other)).isNotEqualTo(search);
      assertThat(Attacks.parse(other).identity()).isNotEqualTo(search.identity());
    }
  }

  @Test
  void programsChangeSettingsWithoutText() {
    assertThat(Pgd.standard().withSteps(20).withRestarts(5).withLoss(Loss.DLR))
        .isEqualTo(Attacks.parse("pgd:steps=20:restarts=5:loss=dlr"));
    assertThat(MiFgsm.diverse().withSteps(3)).isEqualTo(Attacks.parse("difgsm:steps=3"));
    assertThat(FabT.standard().withTargets(2)).isEqualTo(Attacks.parse("fabt:targets=2"));
    ImagePool starts = new ImagePool(new float[1][4], new int[1]);
    assertThat(GeoDa.standard().withStarts(starts).withQueries(9).starts()).isEqualTo(starts);
    assertThatThrownBy(() -> Pgd.standard().withSteps(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("pgd: steps=0: give 1 or more");
  }

  /** The windows shrink over as many queries as there are, unless that is given too. */
  @Test
  void aSettingMayFollowAnother() {
    assertThat(Attacks.parse("square:queries=70").settings()).contains("schedule=70");
    assertThat(Square.standard().withQueries(70).schedule()).isEqualTo(70);
    assertThat(new Square(50, 0.8, 90).withQueries(70).schedule()).isEqualTo(90);
  }

  @Test
  void everyRecordHasItsStandardSettings() throws ReflectiveOperationException {
    Set<Class<?>> seen = new HashSet<>();
    for (AttackEntry entry : Attacks.all()) {
      Class<?> type = entry.standard().getClass();
      if (seen.add(type)) {
        assertThat(type.getMethod("standard").invoke(null)).isEqualTo(entry.standard());
      }
      List<String> components =
          Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
      assertThat(entry.standard() instanceof HasSteps).isEqualTo(components.contains("steps"));
      assertThat(entry.standard() instanceof HasQueries).isEqualTo(components.contains("queries"));
      assertThat(entry.standard() instanceof HasRestarts)
          .isEqualTo(components.contains("restarts"));
    }
  }

  @Test
  void settingsAreReadAndWrittenAlike() {
    Attack attack = Attacks.parse("pgd:restarts=3:steps=100");
    assertThat(attack).isEqualTo(new Pgd(100, 0.1, 3, Loss.CROSS_ENTROPY));
    for (AttackEntry entry : Attacks.all()) {
      Attack standard = entry.standard();
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
        "transfer:by=vmifgsm",
        "closest:by=pgd:by.step=0.2:by.restarts=2:by.loss=dlr:searches=3:steps=7",
        "closest:by=apgd+stripes:by.apgd.restarts=2:by.apgd.loss=dlr:by.stripes.starts=3"
            + ":by.stripes.restarts=7:searches=3:steps=7"
      })
  void whatGoesAroundHiddenGradientsIsReadAndWrittenAlike(String text) {
    Attack attack = Attacks.parse(text);
    assertThat(Attacks.parse(attack.settings())).isEqualTo(attack);
    assertThat(attack.settings()).contains(text.substring(text.indexOf(':') + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "autofool, 'there is no attack ''autofool'' (''foolproof attacks'' lists all '",
    "pgd:step, 'is not of the form setting=value'",
    "pgd:stepz=1, 'has no setting ''stepz''; it has steps, step, restarts, loss'",
    "fgsm:steps=3, 'has no setting ''steps''; it has none'",
    "pgd:steps=many, 'give a whole number such as 40'",
    "pgd:steps=0, 'give 1 or more'",
    "pgd:restarts=-1, 'give 1 or more'",
    "pgd:loss=dlt, 'give one of ce, margin, dlr'",
    "pgd:step=NaN, 'give a positive number'",
    "pgd:eot=0, 'eot=0: give 1 or more'",
    "pgd:eot=20:eot-angle=-5, 'give a number that is not negative'",
    "pgd:eot-scale=1, 'give a fraction from 0 to less than 1'",
    "square:eot=20, 'square follows no gradients, and eot=20 changes nothing else'",
    "noise:bpda=identity, 'noise follows no gradients'",
    "pgd:bpda=round, 'give one of identity, hardtanh, surrogate'",
    "transfer:by=square, 'give an attack that follows each image''s gradient and stays within epsilon'",
    "transfer:by=fmn, 'give an attack that follows each image''s gradient and stays within epsilon'",
    "transfer:by=stadv, 'give an attack that follows each image''s gradient'",
    "transfer:by=uap, 'give an attack that follows each image''s gradient'",
    "closest:by=fmn, 'closest: by=fmn: give an attack that takes gradient steps within epsilon'",
    "closest:by=square, 'give an attack that takes gradient steps within epsilon'",
    "closest:by=closest, 'give an attack that takes gradient steps within epsilon'",
    "closest:by=pgd:steps=0, 'closest: steps=0: give 1 or more'",
    "closest:by=pgd:by.steps=9, 'closest has no setting ''by.steps''; it has by, searches, steps'",
    "closest:by=pgd:by.loss=dlt, 'pgd: loss=dlt: give one of ce, margin, dlr'",
    "closest:by=apgd+fmn, 'closest: by=fmn: give an attack that takes gradient steps within epsilon'",
    "closest:by=apgd+apgd, 'closest: by=apgd+apgd: give one attack, or several different ones'",
    "closest:by=apgd+, 'closest: by=apgd+: give the name of an attack, or of several with + between'",
    "closest:by=apgd+strips, 'there is no attack ''strips''; did you mean ''stripes''?'",
    "closest:by=apgd+stripes:by.loss=dlr, 'closest has no setting ''by.loss''; it has by'",
    "closest:by=apgd+stripes:by.apgd.steps=9, 'closest has no setting ''by.apgd.steps'''",
    "closest:by=apgd+stripes:by.apgd.loss=dlt, 'apgd: loss=dlt: give one of ce, margin, dlr'",
    "transfer:by=pgd:by.depth=3, 'pgd has no setting ''depth''; it has steps, step, restarts, loss'",
    "transfer:bypass=3, 'transfer has no setting ''bypass''; it has by'",
    "pgd:by.steps=3, 'pgd has no setting ''by.steps'''",
    "transfer:by=closest, 'give an attack that follows each image''s gradient'",
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
