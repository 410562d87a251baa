/** Black-box attacks: they need scores or labels only. */
@NullMarked
package io.foolproof.attack.query;

import org.jspecify.annotations.NullMarked;
