"""Images of made-up fingers, after SFinGe: a finger's ridges, then how it touches the sensor."""
