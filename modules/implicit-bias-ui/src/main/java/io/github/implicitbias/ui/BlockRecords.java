package io.github.implicitbias.ui;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import java.io.IOException;
import org.deeplearning4j.core.storage.Persistable;

/** What of a storage is ours: header and record blocks, as the listener puts them there. */
final class BlockRecords {

  static final String TYPE_ID = ImplicitBiasBlock.TYPE_ID;

  private BlockRecords() {}

  /** The sealed block that a record of the storage carries. */
  static byte[] bytes(Persistable record) throws IOException {
    if (!(record instanceof ImplicitBiasBlock)) {
      throw new IOException("Not a record of an ImplicitBiasListener: " + record.getClass());
    }
    return ((ImplicitBiasBlock) record).block();
  }
}
