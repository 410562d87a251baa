package org.example;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackProvider;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.model.Classifier;
import java.util.List;
import java.util.Set;

/** Providers of attacks as others write them, outside Foolproof's packages. */
public final class Theirs {
  private Theirs() {}

  /** An attack that finds nothing. */
  @Named("theirs")
  public record Idle(@AtLeast(1) int steps) implements Attack, HasSteps<Idle> {
    public Idle {
      Settings.check(Idle.class, steps);
    }

    @Override
    public Set<Norm> norms() {
      return Set.of(Norm.L2);
    }

    @Override
    public List<AttackResult> run(
        Classifier model, Samples samples, ThreatModel threat, long seed) {
      return List.of();
    }
  }

  /** As {@link Idle}, under any name. */
  public record Called(@NotASetting String name) implements Attack {
    @Override
    public Set<Norm> norms() {
      return Set.of();
    }

    @Override
    public List<AttackResult> run(
        Classifier model, Samples samples, ThreatModel threat, long seed) {
      return List.of();
    }
  }

  private static List<AttackEntry> called(String name) {
    return List.of(new AttackEntry(new Called(name), "nothing", "no paper", "nothing"));
  }

  /** One that works. */
  public static final class Working implements AttackProvider {
    @Override
    public List<AttackEntry> attacks() {
      return List.of(new AttackEntry(new Idle(3), "finds nothing", "no paper", "3 gradients"));
    }
  }

  /** One with the name of a built-in attack. */
  public static final class Clashing implements AttackProvider {
    @Override
    public List<AttackEntry> attacks() {
      return called("pgd");
    }
  }

  /** One with the name of another's. */
  public static final class Second implements AttackProvider {
    @Override
    public List<AttackEntry> attacks() {
      return called("theirs");
    }
  }

  /** One with the name of a suite. */
  public static final class Suiting implements AttackProvider {
    @Override
    public List<AttackEntry> attacks() {
      return called("fast");
    }
  }

  /** One whose name no command line can give. */
  public static final class Misnamed implements AttackProvider {
    @Override
    public List<AttackEntry> attacks() {
      return called("their:s");
    }
  }

  /** One that was built against another release. */
  public static final class Outdated implements AttackProvider {
    @Override
    public List<AttackEntry> attacks() {
      throw new NoSuchMethodError("io.foolproof.attack.Pgd.old()");
    }
  }

  /** One that cannot be made. */
  public static final class Failing implements AttackProvider {
    public Failing() {
      throw new IllegalStateException("no licence");
    }

    @Override
    public List<AttackEntry> attacks() {
      return List.of();
    }
  }
}
