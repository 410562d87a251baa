/** Programs that use Foolproof as a library, in a package of their own. */
@NullMarked
package org.example;

import org.jspecify.annotations.NullMarked;
