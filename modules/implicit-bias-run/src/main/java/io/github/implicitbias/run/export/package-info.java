/**
 * A run as files for other programs: CSV and JSON (docs/format.md). They cannot be read back here.
 */
@NullMarked
package io.github.implicitbias.run.export;

import org.jspecify.annotations.NullMarked;
