/**
 * The bytes of a run (docs/format.md): the header, the blocks of records, and the envelope of both.
 * What encodes is {@link io.github.implicitbias.run.format.HeaderBuilder} and {@link
 * io.github.implicitbias.run.format.BlockBuilder}; what decodes trusts nothing, and says {@link
 * io.github.implicitbias.run.format.BlockFormatException}.
 */
@NullMarked
package io.github.implicitbias.run.format;

import org.jspecify.annotations.NullMarked;
