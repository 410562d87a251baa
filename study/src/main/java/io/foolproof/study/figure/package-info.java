/** The figures of the story, a class each, with the record that it computes. */
@NullMarked
package io.foolproof.study.figure;

import org.jspecify.annotations.NullMarked;
