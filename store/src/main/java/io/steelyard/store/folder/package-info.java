/** Files below a folder as keys: watched, written atomically, and leased. */
package io.steelyard.store.folder;
