package io.foolproof.attack;

import java.util.function.Function;

/**
 * An attack in the catalogue.
 *
 * @param name how it is called on the command line
 * @param summary what it does, in a line
 * @param paper authors, year and arXiv number
 * @param cost evaluations a sample at most, with the default settings
 * @param maker makes the attack from its settings
 */
public record AttackEntry(
    String name, String summary, String paper, String cost, Function<Settings, Attack> maker) {}
