/** What is said about a setting where it is declared: its name, its bounds. */
@NullMarked
package io.foolproof.attack.setting;

import org.jspecify.annotations.NullMarked;
