package dev.sallyport.demo.story;

import dev.sallyport.demo.idp.Person;
import io.vertx.core.json.JsonObject;

/** A company's SCIM directory as its own administrators handle it. Next to the people of the story it holds {@link Cast#STAFF}. */
public interface StaffDirectory {

    /** {@code base_url} and {@code auth}, as the admin API takes them. */
    JsonObject settings();

    /** Deletes a person. */
    void remove(Person person);

    /** How many people it has. */
    int size();

    /** From now on its lists are empty, and it says so with 200. */
    void loseEverybody();

    /** As it was before {@link #loseEverybody}. */
    void recover();
}
