@NullMarked
package io.foolproof.bench;

import org.jspecify.annotations.NullMarked;
