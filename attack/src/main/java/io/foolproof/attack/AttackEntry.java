package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;

/**
 * An attack in the catalogue.
 *
 * @param standard the attack with its default settings: a record, from whose components {@link
 *     Settings} derives what the command line can change
 * @param summary what it does, in a line
 * @param paper authors, year and arXiv number
 * @param cost evaluations a sample at most, with the default settings
 */
public record AttackEntry(Attack standard, String summary, String paper, String cost) {

  /**
   * Checks that the attack has settings to derive.
   *
   * @throws InvalidInputException when it is no record, or a component can be no setting
   */
  public AttackEntry {
    RecordSettings.of(standard.getClass());
  }

  /** What the attack is called on the command line. */
  public String name() {
    return standard.name();
  }

  /**
   * The attack with the settings that a text gives it.
   *
   * @throws InvalidInputException naming the setting whose value cannot be read, or is out of
   *     bounds
   */
  public Attack read(Settings settings) {
    return (Attack) settings.read((Record) standard);
  }
}
