package dev.sallyport.tenant.setup;

import io.vertx.core.Future;
import java.util.Set;

/** One page of the wizard: shown by GET, sent by POST. */
interface SetupStep {
    /** The last part of its address. */
    String key();

    /** The purposes of which a link needs one. */
    Set<SetupPurpose> purposes();

    /** Answers with the page. */
    Future<Void> show(Visit visit);

    /** Takes the form, whose token was checked, and answers. */
    Future<Void> submit(Visit visit);
}
