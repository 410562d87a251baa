/** What attacks are made with: lanes of samples, balls, evaluation of points, random starts. */
@NullMarked
package io.foolproof.attack.search;

import org.jspecify.annotations.NullMarked;
