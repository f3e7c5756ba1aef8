/** Why a request would go where it goes: asked by people, answered by what decides. */
package io.steelyard.core.explain;
