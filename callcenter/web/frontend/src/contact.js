// @ts-check
// One contact: the page's own parts, and a player for each recording.
import "./page.js";
import { startPlayers } from "./parts/player.js";

startPlayers();
